using Scott.Models.Datasets;
using Scott.Models.Imaging;

namespace Scott.Models.Tests.Training;

/// <summary>Calls somebody when an image is asked for.</summary>
internal sealed class StoppingDataset(IImageDataset inner) : IImageDataset
{
    public Action OnRead { get; init; } = () => { };

    public int Count => inner.Count;

    public IReadOnlyList<string> ClassNames => inner.ClassNames;

    public string NameOf(int index) => inner.NameOf(index);

    public int? LabelOf(int index) => inner.LabelOf(index);

    public bool IsMultiLabel => inner.IsMultiLabel;

    public IReadOnlyList<int>? LabelsOf(int index) => inner.LabelsOf(index);

    public ImageSource SourceOf(int index)
    {
        OnRead();
        return inner.SourceOf(index);
    }
}
