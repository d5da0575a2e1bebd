using Scott.Models.Imaging;

namespace Scott.Models.Datasets;

/// <summary>
/// Joins several datasets into one, in order. Classes of the same name become one class; a dataset without classes adds images without labels. If one
/// of the datasets is multi-label, all of it is. Immutable and thread-safe.
/// </summary>
public sealed class ConcatenatedDataset : IImageDataset, ISkipsFiles
{
    private const int NamesShown = 3;

    private readonly IImageDataset[] _datasets;
    private readonly int[] _starts;
    private readonly int[][] _classes;

    /// <summary>Concatenates datasets.</summary>
    /// <param name="datasets">At least one, in the order of the images. Classes are numbered in the order in which their names first occur.</param>
    /// <exception cref="ArgumentException">There is no dataset, or one is null.</exception>
    /// <exception cref="OverflowException">The datasets hold more than 2^31 − 1 images together.</exception>
    public ConcatenatedDataset(params IEnumerable<IImageDataset> datasets)
    {
        _datasets = Items.NotNull(datasets, "a dataset");
        if (_datasets.Length == 0)
            throw new ArgumentException("There is no dataset; expected at least one.", nameof(datasets));

        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        _starts = new int[_datasets.Length];
        _classes = new int[_datasets.Length][];
        for (int i = 0; i < _datasets.Length; i++)
        {
            _starts[i] = Count;
            Count = checked(Count + _datasets[i].Count);
            _classes[i] = [.. _datasets[i].ClassNames.Select(NumberOf)];
        }

        string[] names = [.. _datasets.Select(dataset => dataset.Name).Distinct(StringComparer.Ordinal)];
        string first = string.Join(" + ", names.Take(NamesShown));
        Name = names.Length > NamesShown ? FormattableString.Invariant($"{first} + {names.Length - NamesShown} more") : first;
        ClassNames = [.. numbers.OrderBy(pair => pair.Value).Select(pair => pair.Key)];

        int NumberOf(string name)
        {
            numbers.TryAdd(name, numbers.Count);
            return numbers[name];
        }
    }

    /// <summary>The names of the datasets: the first few, each once, and how many more there are.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> ClassNames { get; }

    /// <inheritdoc/>
    public bool IsMultiLabel => _datasets.Any(dataset => dataset.IsMultiLabel);

    /// <inheritdoc/>
    IEnumerable<ImageFolder> ISkipsFiles.Folders => _datasets.SelectMany(SkippedFileCounts.FoldersOf);

    /// <inheritdoc/>
    public string NameOf(int index) => Ask(index, static (dataset, inside, _) => dataset.NameOf(inside));

    /// <inheritdoc/>
    public string RelativeNameOf(int index) => Ask(index, static (dataset, inside, _) => dataset.RelativeNameOf(inside));

    /// <inheritdoc/>
    public ImageSource SourceOf(int index) => Ask(index, static (dataset, inside, _) => dataset.SourceOf(inside));

    /// <inheritdoc/>
    public int? LabelOf(int index) => IsMultiLabel
        ? Ask<int?>(index, static (_, _, _) => null)
        : Ask<int?>(index, static (dataset, inside, classes) => LabeledClasses.LabelOf(dataset, inside) is { } label ? classes[label] : null);

    /// <inheritdoc/>
    public IReadOnlyList<int>? LabelsOf(int index) => Ask<IReadOnlyList<int>?>(index, static (dataset, inside, classes) =>
        LabeledClasses.LabelsOf(dataset, inside) is { } labels ? [.. labels.Select(label => classes[label]).Order()] : null);

    /// <summary>Asks the dataset that has an image, with the image's number there and the joined numbers of its classes.</summary>
    private T Ask<T>(int index, Func<IImageDataset, int, int[], T> ask)
    {
        this.Checked(index);

        // If several datasets have the same start, only the last of them has images.
        int dataset = Array.FindLastIndex(_starts, start => start <= index);
        return ask(_datasets[dataset], index - _starts[dataset], _classes[dataset]);
    }
}
