using Scott.Models.Imaging;

namespace Scott.Models.Datasets;

/// <summary>Some images of a dataset in a new order, with its classes, or with classes in a new order, others among them.</summary>
internal sealed class DatasetSubset(IImageDataset source, int[] indices, IReadOnlyList<string>? classNames = null) : IImageDataset, ISkipsFiles
{
    private readonly int[]? _labels = classNames?.ToList() is { } names ? [.. source.ClassNames.Select(name => names.IndexOf(name))] : null;

    public string Name => source.Name;
    public IReadOnlyDictionary<string, int> SkippedFiles => SkippedFileCounts.Of(source);
    public int Count => indices.Length;
    public IReadOnlyList<string> ClassNames => classNames ?? source.ClassNames;

    public string NameOf(int index) => source.NameOf(IndexInSource(index));

    public string RelativeNameOf(int index) => source.RelativeNameOf(IndexInSource(index));

    public ImageSource SourceOf(int index) => source.SourceOf(IndexInSource(index));

    public int? LabelOf(int index) =>
        source.LabelOf(IndexInSource(index)) is not { } label ? null : _labels is null ? label : _labels[label];

    private int IndexInSource(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return indices[index];
    }
}
