using Scott.Models.Imaging;

namespace Scott.Models.Datasets;

/// <summary>Some images of a dataset, with its classes.</summary>
internal sealed class DatasetSubset(IImageDataset source, int[] indices) : IImageDataset, IPassesOverFiles
{
    public string Name => source.Name;

    public IReadOnlyDictionary<string, int> PassedOver => PassedOverFiles.Of(source);

    public int Count => indices.Length;

    public IReadOnlyList<string> ClassNames => source.ClassNames;

    public string NameOf(int index) => source.NameOf(IndexInSource(index));

    public string RelativeNameOf(int index) => source.RelativeNameOf(IndexInSource(index));

    public ImageSource SourceOf(int index) => source.SourceOf(IndexInSource(index));

    public int? LabelOf(int index) => source.LabelOf(IndexInSource(index));

    private int IndexInSource(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return indices[index];
    }
}
