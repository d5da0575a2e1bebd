using Scott.Models.Imaging;

namespace Scott.Models.Datasets;

/// <summary>Images from anywhere, in the order given. Immutable and thread-safe.</summary>
public sealed class ImageList : IImageDataset
{
    private readonly ImageSource[] _sources;
    private readonly int[]? _labels;
    private readonly Lazy<string> _folder;

    private ImageList(ImageSource[] sources, int[]? labels, IReadOnlyList<string> classNames, string? name = null)
    {
        _sources = sources;
        _labels = labels;
        ClassNames = classNames;
        Name = name ?? $"a list of {Plural.Of(sources.Length, "image")}";
        _folder = new Lazy<string>(() => RelativePaths.CommonFolder(sources.Where(source => source.IsFile).Select(source => source.Name)));
    }

    /// <summary>The CSV file that lists the images, or a text such as "a list of 3 images".</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public int Count => _sources.Length;

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Images without labels.</summary>
    /// <param name="sources">At least one, none made from a stream, since each is read once an epoch; a string is the path of a file.</param>
    /// <exception cref="ArgumentException">There is no image, or one is null.</exception>
    public static ImageList FromSources(IEnumerable<ImageSource> sources) => new(NotEmpty(Items.NotNull(sources, "an image")), null, []);

    /// <summary>Reads a list of images from a CSV file: in each line a path, or a path and a label. Labels are numbered in ordinal order.</summary>
    /// <remarks>
    /// UTF-8, or UTF-16 with a byte order mark. The first lines decide the separator: comma, semicolon, tab or vertical bar. Quotes follow RFC
    /// 4180. Spaces around a field belong to it; <see cref="DatasetInspector"/> warns of classes that differ only by spaces. The
    /// first line may be a header, <c>path</c> or <c>path,label</c>, in either order and any case; without a header the path comes first. Relative
    /// paths start at the file's own folder. The images are opened when they are needed.
    /// </remarks>
    /// <param name="path">The CSV file.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="DatasetException">The file lists no image or is not of that form. The message and <see cref="DatasetException.Line"/> say
    /// where.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public static async Task<ImageList> FromCsvAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        (ImageSource[] sources, string[]? labels) = await ImageListFile.ReadAsync(path, cancellationToken).ConfigureAwait(false);
        ImageList list = labels is null ? FromSources(sources) : FromLabeled(sources.Zip(labels));
        return new ImageList(list._sources, list._labels, list.ClassNames, path);
    }

    /// <summary>Lists images with the names of their classes. Classes are numbered in the ordinal order of their names.</summary>
    /// <param name="labeled">At least one image, none made from a stream, each with its class name.</param>
    /// <exception cref="ArgumentException">There is no image, an image is null, or a label is null or blank.</exception>
    public static ImageList FromLabeled(IEnumerable<(ImageSource Source, string Label)> labeled)
    {
        ArgumentNullException.ThrowIfNull(labeled);
        (ImageSource Source, string Label)[] all = [.. labeled];
        int wrong = Array.FindIndex(all, entry => entry.Source is null || string.IsNullOrWhiteSpace(entry.Label));
        if (wrong >= 0)
        {
            throw all[wrong].Source is null
                ? Items.IsNull(wrong, "an image with its label", nameof(labeled))
                : new ArgumentException(
                    $"The label of item {wrong}, counted from 0, is null or blank; expected the name of a class.", nameof(labeled));
        }

        string[] names = [.. all.Select(entry => entry.Label).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        int[] labels = [.. all.Select(entry => Array.BinarySearch(names, entry.Label, StringComparer.Ordinal))];
        return new ImageList(NotEmpty([.. all.Select(entry => entry.Source)]), labels, names);
    }

    /// <inheritdoc/>
    public string NameOf(int index) => _sources[this.Checked(index)].Name;

    /// <summary>An image's name; for a file, its path relative to the folder that all files of the list share, with slashes.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> − 1.</param>
    public string RelativeNameOf(int index) =>
        _sources[this.Checked(index)] is { IsFile: true } file ? RelativePaths.Of(_folder.Value, file.Name) : NameOf(index);

    /// <inheritdoc/>
    public ImageSource SourceOf(int index) => _sources[this.Checked(index)];

    /// <inheritdoc/>
    public int? LabelOf(int index)
    {
        this.Checked(index); // Without labels too.
        return _labels?[index];
    }

    private static ImageSource[] NotEmpty(ImageSource[] sources) =>
        sources.Length > 0 ? sources : throw new ArgumentException("There is no image; expected at least one.", nameof(sources));
}
