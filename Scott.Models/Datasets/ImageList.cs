using Scott.Models.Imaging;

namespace Scott.Models.Datasets;

/// <summary>Images from anywhere, in the order given. Immutable and thread-safe.</summary>
public sealed class ImageList : IImageDataset
{
    private readonly ImageSource[] _sources;
    private readonly int[]? _labels;
    private readonly int[][]? _labelSets;
    private readonly Lazy<string> _folder;

    private ImageList(
        ImageSource[] sources, int[]? labels, IReadOnlyList<string> classNames, string? name = null, int[][]? labelSets = null)
    {
        (_sources, _labels, _labelSets, ClassNames) = (sources, labels, labelSets, classNames);
        Name = name ?? $"a list of {Plural.Of(sources.Length, "image")}";
        _folder = new Lazy<string>(() => RelativePaths.CommonFolder(sources.Where(source => source.IsFile).Select(source => source.Name)));
    }

    /// <summary>The CSV file that lists the images, or a text such as "a list of 3 images".</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public int Count => _sources.Length;

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames { get; }

    /// <inheritdoc/>
    public bool IsMultiLabel => _labelSets is not null;

    /// <summary>Images without labels.</summary>
    /// <param name="sources">At least one, none of <see cref="ImageSource.FromStream"/>, since each is read once an epoch; a string is the path of a
    /// file.</param>
    /// <exception cref="ArgumentException">There is no image, or one is null or made from a stream.</exception>
    public static ImageList FromSources(IEnumerable<ImageSource> sources) =>
        new(Usable(Items.NotNull(sources, "an image"), nameof(sources)), null, []);

    /// <summary>Reads a list of images from a CSV file: in each line a path, or a path and a label. Labels are numbered in ordinal order.</summary>
    /// <remarks>
    /// UTF-8, or UTF-16 with a byte order mark. The first lines decide the separator: comma, semicolon, tab or vertical bar. Quotes follow RFC
    /// 4180. Spaces around a field belong to it; <see cref="DatasetInspector"/> warns of classes that differ only by spaces. The
    /// first line may be a header, <c>path</c> or <c>path,label</c>, in either order and any case; without a header the path comes first. Relative
    /// paths start at the file's own folder, and may have the backslashes of Windows on every system. The images are opened when they are needed.
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
    /// <param name="labeled">At least one image, none of <see cref="ImageSource.FromStream"/>, each with its class name.</param>
    /// <exception cref="ArgumentException">There is no image, an image is null or made from a stream, or a label is null or blank.</exception>
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
        return new ImageList(Usable([.. all.Select(entry => entry.Source)], nameof(labeled)), labels, names);
    }

    /// <summary>Reads a list of images with any number of labels each from a CSV file. Labels are numbered in ordinal order.</summary>
    /// <remarks>
    /// Encoding, separators of columns, quotes and paths are as in <see cref="FromCsvAsync"/>; the header is required and says which of two forms the
    /// file has. <c>path,labels</c>, in either order: the labels of an image stand in one field, <c>cat|dog</c>; spaces around a label do not belong
    /// to it. Or <c>path</c> and a column for each label, <c>path,cat,dog</c>, with 1 in it if the image has the label, otherwise 0. An image whose
    /// field is empty, or whose columns are all 0, has none of the labels.
    /// </remarks>
    /// <param name="path">The CSV file.</param>
    /// <param name="labelSeparator">What stands between the labels of a field: <c>|</c> or <c>;</c>. <see langword="null"/> for the one that the file
    /// uses.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <exception cref="ArgumentException">The separator is another character.</exception>
    /// <exception cref="DatasetException">The file lists no image or is not of that form, a label is empty, an image has a label twice, or an image
    /// is listed twice. The message and <see cref="DatasetException.Line"/> say where.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public static async Task<ImageList> FromMultiLabelCsvAsync(
        string path, char? labelSeparator = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        MultiLabelListFile.RequireSeparator(labelSeparator, nameof(labelSeparator));
        MultiLabelRows rows = await MultiLabelListFile.ReadAsync(path, labelSeparator, cancellationToken).ConfigureAwait(false);
        return Create(rows.Sources, rows.Labels, rows.Labels.SelectMany(labels => labels).Concat(rows.ClassNames), path);
    }

    /// <summary>Lists images with the names of their labels, any number each. Labels are numbered in the ordinal order of their names.</summary>
    /// <param name="labeled">At least one image, none of <see cref="ImageSource.FromStream"/>, each with its labels; no label for an image that has
    /// none of them.</param>
    /// <exception cref="ArgumentException">There is no image, an image or its labels are null, an image is made from a stream, or a label is null
    /// or blank, or given twice.</exception>
    public static ImageList FromMultiLabeled(IEnumerable<(ImageSource Source, IReadOnlyList<string> Labels)> labeled)
    {
        ArgumentNullException.ThrowIfNull(labeled);
        (ImageSource Source, IReadOnlyList<string> Labels)[] all = [.. labeled];
        for (int i = 0; i < all.Length; i++)
        {
            if (all[i].Source is null || all[i].Labels is null)
                throw Items.IsNull(i, "an image with its labels", nameof(labeled));
            if (all[i].Labels.Any(string.IsNullOrWhiteSpace) || all[i].Labels.Distinct(StringComparer.Ordinal).Count() < all[i].Labels.Count)
                throw new ArgumentException($"A label of item {i}, counted from 0, is null or blank, or given twice.", nameof(labeled));
        }

        ImageSource[] sources = Usable([.. all.Select(entry => entry.Source)], nameof(labeled));
        return Create(sources, [.. all.Select(entry => entry.Labels)], all.SelectMany(entry => entry.Labels), null);
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
        int at = this.Checked(index);
        return _labels?[at];
    }

    /// <inheritdoc/>
    public IReadOnlyList<int>? LabelsOf(int index) =>
        _labelSets is { } sets ? sets[this.Checked(index)] : LabelOf(index) is { } label ? [label] : null;

    private static ImageList Create(ImageSource[] sources, IReadOnlyList<string>[] labels, IEnumerable<string> names, string? name)
    {
        string[] classNames = [.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        int NumberOf(string label) => Array.BinarySearch(classNames, label, StringComparer.Ordinal);
        return new ImageList(sources, null, classNames, name, [.. labels.Select(set => set.Select(NumberOf).Order().ToArray())]);
    }

    private static ImageSource[] Usable(ImageSource[] sources, string parameter)
    {
        int stream = Array.FindIndex(sources, source => source.IsStream);
        return sources.Length > 0 && stream < 0 ? sources : throw new ArgumentException(
            stream < 0
                ? "There is no image; expected at least one."
                : $"Item {stream}, counted from 0, is made from a stream, which can be read only once. Make it with ImageSource.FromStreamFactory.",
            parameter);
    }
}
