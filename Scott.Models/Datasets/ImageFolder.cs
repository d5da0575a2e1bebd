using Scott.Models.Imaging;

namespace Scott.Models.Datasets;

/// <summary>The image files of a folder, in ordinal order of their paths. Immutable and thread-safe.</summary>
/// <remarks>
/// Files count by their extension, see <see cref="ImageDecoder.FileExtensions"/>; they are opened when they are needed. Links to folders are not
/// followed, except from a class's name to its folder. Files and folders do not count if they are hidden or the system's, if their name begins
/// with a full stop, or if it is one that NAS and operating systems give to thumbnails and deleted files: <c>@eaDir</c>, <c>#recycle</c>,
/// <c>@Recycle</c>, <c>__MACOSX</c>, <c>$RECYCLE.BIN</c>, <c>lost+found</c>, <c>Thumbs.db</c> and the like.
/// </remarks>
public sealed class ImageFolder : IImageDataset, ISkipsFiles
{
    private readonly string[] _paths;
    private readonly int[]? _labels;
    private readonly string _root;

    internal ImageFolder(
        string name, string root, string[] paths, int[]? labels, IReadOnlyList<string> classNames, IReadOnlyDictionary<string, int>? skipped = null)
    {
        Name = name;
        _root = root;
        _paths = paths;
        _labels = labels;
        ClassNames = classNames;
        SkippedFiles = skipped ?? SkippedFileCounts.Of(null);
    }

    /// <summary>The folder, as it was given.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public int Count => _paths.Length;

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>How many files are skipped for their extension, by extension: with the dot, lower case; empty for files without one.</summary>
    public IReadOnlyDictionary<string, int> SkippedFiles { get; }

    /// <summary>Every image below a folder, without labels.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="isRecursive">Whether to look in the folders below too.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="DatasetException">It holds no image.</exception>
    public static ImageFolder Open(string path, bool isRecursive = true)
    {
        var files = ImageFiles.Find(Existing(path), isRecursive);
        return files.Images.Length > 0
            ? new ImageFolder(path, path, files.Images, null, [], files.Skipped)
            : throw new DatasetException(
                path, $"it holds no image; expected {string.Join(", ", ImageDecoder.FileExtensions)}.{Advice(files.Skipped)}");
    }

    /// <summary>Images labeled by the folders that they are in: one folder per class, searched to the bottom.</summary>
    /// <param name="path">The folder above those of the classes.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="DatasetException">There is no class, a class has no image, or images lie beside the class folders.</exception>
    public static ImageFolder OpenLabeled(string path)
    {
        string root = Existing(path);
        var stray = ImageFiles.Find(root, isRecursive: false);
        if (stray.Images is [string first, ..])
        {
            int count = stray.Images.Length;
            string beside = count == 1
                ? $"lies beside the class folders: '{first}'. Move it into the folder of its class."
                : $"lie beside the class folders, the first is '{first}'. Move them into the folder of their class.";
            throw new DatasetException(path, $"{Plural.Of(count, "image")} {beside}");
        }

        string[] folders = ImageFiles.Folders(root);
        string[] names = [.. folders.Select(folder => Path.GetFileName(folder))];
        ImageFiles[] files = [.. folders.Select(folder => ImageFiles.Find(folder, isRecursive: true))];
        IReadOnlyDictionary<string, int> skipped = SkippedFileCounts.Sum(files.Append(stray).Select(each => each.Skipped));
        string[] empty = [.. names.Where((_, i) => files[i].Images.Length == 0)];
        if (folders.Length == 0 || empty.Length > 0)
        {
            throw new DatasetException(path, folders.Length == 0
                ? "it has no folders; expected one for each class."
                : $"the class folders {string.Join(", ", empty)} hold no image. Fill or remove them.{Advice(skipped)}");
        }

        int[] labels = [.. files.SelectMany((each, label) => each.Images.Select(_ => label))];
        return new ImageFolder(path, path, [.. files.SelectMany(each => each.Images)], labels, names, skipped);
    }

    /// <inheritdoc/>
    public string NameOf(int index) => _paths[index];

    /// <summary>An image's path from the folder, with slashes.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> − 1.</param>
    public string RelativeNameOf(int index) => RelativePaths.Of(_root, _paths[index]);

    /// <inheritdoc/>
    public ImageSource SourceOf(int index) => ImageSource.FromFile(_paths[index]);

    /// <inheritdoc/>
    public int? LabelOf(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return _labels?[index];
    }

    private static string Existing(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Directory.Exists(path) ? path : throw new DirectoryNotFoundException($"The folder '{path}' does not exist.");
    }

    /// <summary>What to do about images that are skipped.</summary>
    private static string Advice(IReadOnlyDictionary<string, int> skipped) =>
        SkippedFileCounts.DescribeImages(skipped) is { } images
            ? $" It holds images in formats that are not read: {images}. Convert them to JPEG or PNG."
            : string.Empty;
}
