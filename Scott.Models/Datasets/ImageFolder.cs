using Scott.Models.Imaging;

namespace Scott.Models.Datasets;

/// <summary>The image files of a folder, in ordinal order of their paths. Immutable and thread-safe.</summary>
/// <remarks>
/// The extension decides whether a file is an image, see <see cref="ImageDecoder.FileExtensions"/>; images are opened when they are needed. Links
/// to folders are not followed, but a class folder may itself be a link. Files and folders are ignored if they are hidden or marked as system files,
/// if their name begins with a full stop, or if NAS and operating systems use the name for thumbnails and deleted files: <c>@eaDir</c>,
/// <c>#recycle</c>, <c>@Recycle</c>, <c>__MACOSX</c>, <c>$RECYCLE.BIN</c>, <c>lost+found</c>, <c>Thumbs.db</c> and the like.
/// </remarks>
public sealed class ImageFolder : IImageDataset, ISkipsFiles
{
    private readonly string[] _paths;
    private readonly int[]? _labels;
    private readonly int[][]? _labelSets;
    private readonly string _root;

    internal ImageFolder(
        string name, string root, string[] paths, int[]? labels, IReadOnlyList<string> classNames, IReadOnlyDictionary<string, int>? skipped = null,
        int systemEntries = 0, int[][]? labelSets = null)
    {
        (Name, _root, _paths, _labels, _labelSets, ClassNames) = (name, root, paths, labels, labelSets, classNames);
        (SkippedFiles, SystemEntries) = (skipped ?? SkippedFileCounts.Of(null), systemEntries);
    }

    /// <summary>The folder, as it was given.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public int Count => _paths.Length;

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames { get; }

    /// <inheritdoc/>
    public bool IsMultiLabel => _labelSets is not null;

    /// <summary>How many files are skipped because of their extension. The keys are extensions with the dot, in lower case, or empty.</summary>
    public IReadOnlyDictionary<string, int> SkippedFiles { get; }

    /// <summary>How many hidden files and folders, and files and folders of operating systems, are skipped. What is in such a folder does not
    /// count.</summary>
    public int SystemEntries { get; }

    /// <inheritdoc/>
    IEnumerable<ImageFolder> ISkipsFiles.Folders => [this];

    /// <summary>Opens every image below a folder, without labels.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="isRecursive">Whether to look in the folders below too.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="DatasetException">It holds no image.</exception>
    public static ImageFolder Open(string path, bool isRecursive = true)
    {
        var files = ImageFiles.Find(Existing(path), isRecursive);
        return files.Images.Length > 0
            ? new ImageFolder(path, path, files.Images, null, [], files.Skipped, files.SystemEntries)
            : throw new DatasetException(
                path, $"it holds no image; expected {string.Join(", ", ImageDecoder.FileExtensions)}.{Advice(files.Skipped)}");
    }

    /// <summary>Opens images labeled by their folders: one folder per class, searched with all its subfolders.</summary>
    /// <param name="path">The folder that contains the class folders.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="DatasetException">There is no class, a class has no image, or images lie beside the class folders.</exception>
    public static ImageFolder OpenLabeled(string path)
    {
        string root = Existing(path);
        var stray = ImageFiles.Find(root, isRecursive: false);
        if (stray.Images is [string first, ..])
        {
            int count = stray.Images.Length;
            string beside = count == 1 ? $"lies beside the class folders: '{first}'" : $"lie beside the class folders, the first is '{first}'";
            throw new DatasetException(path, $"{Plural.Of(count, "image")} {beside}. Move each into the folder of its class.");
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
                : $"the class folders {Quoted.Names(empty)} hold no image. Fill or remove them.{Advice(skipped)}");
        }

        int[] labels = [.. files.SelectMany((each, label) => each.Images.Select(_ => label))];
        int system = stray.SystemEntries + files.Sum(each => each.SystemEntries);
        return new ImageFolder(path, path, [.. files.SelectMany(each => each.Images)], labels, names, skipped, system);
    }

    /// <summary>
    /// Opens images with several labels: one folder per label. A file with several labels is linked into the folder of each. It counts as one
    /// image, under the first of its paths.
    /// </summary>
    /// <remarks>Symbolic links count on every system, hard links on Linux and macOS. Copies of a file are images of their own.</remarks>
    /// <param name="path">The folder that contains the folders of the labels.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="DatasetException">As with <see cref="OpenLabeled"/>, or something with the name of an image is neither a file nor a link
    /// that leads to one.</exception>
    public static ImageFolder OpenMultiLabel(string path)
    {
        ImageFolder single = OpenLabeled(path);
        List<string> paths = [];
        List<List<int>> labels = [];
        var numbers = new Dictionary<object, int>();
        for (int i = 0; i < single.Count; i++)
        {
            object file = LinkedFiles.IdentityOf(single._paths[i]) ?? throw new DatasetException(
                path, $"'{single._paths[i]}' is neither a file nor a link that leads to one. Repair or remove it.");
            if (numbers.TryAdd(file, paths.Count))
            {
                paths.Add(single._paths[i]);
                labels.Add([]);
            }

            List<int> set = labels[numbers[file]];
            if (!set.Contains(single._labels![i]))
                set.Add(single._labels[i]);
        }

        int[][] sets = [.. labels.Select(set => set.ToArray())]; // Ascending, as the folders are in their order.
        return new ImageFolder(path, path, [.. paths], null, single.ClassNames, single.SkippedFiles, single.SystemEntries, sets);
    }

    /// <inheritdoc/>
    public string NameOf(int index) => _paths[this.Checked(index)];

    /// <summary>An image's path from the folder, with slashes.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> − 1.</param>
    public string RelativeNameOf(int index) => RelativePaths.Of(_root, _paths[this.Checked(index)]);

    /// <inheritdoc/>
    public ImageSource SourceOf(int index) => ImageSource.FromFile(_paths[this.Checked(index)]);

    /// <inheritdoc/>
    public int? LabelOf(int index)
    {
        int at = this.Checked(index);
        return _labels?[at];
    }

    /// <inheritdoc/>
    public IReadOnlyList<int>? LabelsOf(int index) =>
        _labelSets is { } sets ? sets[this.Checked(index)] : LabelOf(index) is { } label ? [label] : null;

    /// <summary>The folder, if it exists.</summary>
    /// <exception cref="DirectoryNotFoundException">It does not.</exception>
    internal static string Existing(string path)
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
