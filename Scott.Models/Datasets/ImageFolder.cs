using Scott.Models.Imaging;

namespace Scott.Models.Datasets;

/// <summary>The image files of a folder, in ordinal order of their paths. Immutable and thread-safe.</summary>
/// <remarks>
/// Files count by their extension, see <see cref="ImageDecoder.FileExtensions"/>; they are opened when they are needed. Links to folders are not
/// followed, except from a class's name to its folder. Files and folders do not count if they are hidden or the system's, if their name begins
/// with a full stop, or if it is one that NAS and operating systems give to thumbnails and deleted files: <c>@eaDir</c>, <c>#recycle</c>,
/// <c>@Recycle</c>, <c>__MACOSX</c>, <c>$RECYCLE.BIN</c>, <c>lost+found</c>, <c>Thumbs.db</c> and their kin.
/// </remarks>
public sealed class ImageFolder : IImageDataset, IPassesOverFiles
{
    private readonly string[] _paths;
    private readonly int[]? _labels;

    private ImageFolder(string name, string[] paths, int[]? labels, IReadOnlyList<string> classNames, IReadOnlyDictionary<string, int> passedOver)
    {
        Name = name;
        _paths = paths;
        _labels = labels;
        ClassNames = classNames;
        PassedOver = passedOver;
    }

    /// <summary>The folder, as it was given.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public int Count => _paths.Length;

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>How many files of other extensions there are, by extension: with the dot, lower case; empty for files without one.</summary>
    public IReadOnlyDictionary<string, int> PassedOver { get; }

    /// <summary>Every image below a folder, without labels.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="isRecursive">Whether to look in the folders below too.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="DatasetException">It holds no image.</exception>
    public static ImageFolder Open(string path, bool isRecursive = true)
    {
        var files = ImageFiles.Find(Existing(path), isRecursive);
        return files.Images.Length > 0
            ? new ImageFolder(path, files.Images, null, [], files.PassedOver)
            : throw new DatasetException(path, $"it holds no image; expected {string.Join(", ", ImageDecoder.FileExtensions)}.{Advice(files.PassedOver)}");
    }

    /// <summary>Images labeled by the folders that they are in: one folder per class, searched to the bottom.</summary>
    /// <param name="path">The folder above those of the classes.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="DatasetException">There is no class, a class has no image, or there are images beside the classes.</exception>
    public static ImageFolder OpenLabeled(string path)
    {
        string root = Existing(path);
        var stray = ImageFiles.Find(root, isRecursive: false);
        if (stray.Images is [string first, ..])
        {
            throw new DatasetException(
                path,
                stray.Images.Length == 1
                    ? $"1 image lies beside the class folders: '{first}'. Move it into the folder of its class."
                    : $"{Plural.Of(stray.Images.Length, "image")} lie beside the class folders, the first is '{first}'. Move them into the folder of their class.");
        }

        string[] folders = ImageFiles.Folders(root);
        string[] names = [.. folders.Select(folder => Path.GetFileName(folder))];
        ImageFiles[] files = [.. folders.Select(folder => ImageFiles.Find(folder, isRecursive: true))];
        IReadOnlyDictionary<string, int> passedOver = PassedOverFiles.Sum(files.Append(stray).Select(each => each.PassedOver));
        string[] empty = [.. names.Where((_, i) => files[i].Images.Length == 0)];
        if (folders.Length == 0 || empty.Length > 0)
        {
            throw new DatasetException(path, folders.Length == 0
                ? "it has no folders; expected one for each class."
                : $"the class folders {string.Join(", ", empty)} hold no image. Fill or remove them.{Advice(passedOver)}");
        }

        return new ImageFolder(
            path,
            [.. files.SelectMany(each => each.Images)],
            [.. files.SelectMany((each, label) => each.Images.Select(_ => label))],
            names,
            passedOver);
    }

    /// <inheritdoc/>
    public string NameOf(int index) => _paths[index];

    /// <summary>An image's path from the folder, with slashes.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> − 1.</param>
    public string RelativeNameOf(int index) => RelativePaths.Of(Name, _paths[index]);

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

    /// <summary>What to do about images that are there but do not count.</summary>
    private static string Advice(IReadOnlyDictionary<string, int> passedOver) =>
        PassedOverFiles.DescribeImages(passedOver) is { } images ? $" There are images in formats that are not read: {images}. Convert them to JPEG or PNG." : string.Empty;
}
