using Scott.Models.Imaging;

namespace Scott.Models.Datasets;

/// <summary>Datasets of the same classes, one after the other.</summary>
internal sealed class JoinedDataset : IImageDataset
{
    private readonly IImageDataset[] _parts;
    private readonly int[] _starts;

    public JoinedDataset(params IImageDataset[] parts)
    {
        _parts = parts;
        _starts = new int[parts.Length];
        foreach ((int i, IImageDataset part) in parts.Index())
        {
            _starts[i] = Count;
            Count += part.Count;
        }
    }

    public string Name => DatasetNames.Join(_parts);

    public int Count { get; }

    public IReadOnlyList<string> ClassNames => _parts[0].ClassNames;

    public string NameOf(int index)
    {
        (IImageDataset part, int within) = Find(index);
        return part.NameOf(within);
    }

    public string RelativeNameOf(int index)
    {
        (IImageDataset part, int within) = Find(index);
        return part.RelativeNameOf(within);
    }

    public ImageSource SourceOf(int index)
    {
        (IImageDataset part, int within) = Find(index);
        return part.SourceOf(within);
    }

    public int? LabelOf(int index)
    {
        (IImageDataset part, int within) = Find(index);
        return part.LabelOf(within);
    }

    private (IImageDataset Part, int Index) Find(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        int found = Array.BinarySearch(_starts, index);
        int part = found >= 0 ? found : ~found - 1;
        return (_parts[part], index - _starts[part]);
    }
}
