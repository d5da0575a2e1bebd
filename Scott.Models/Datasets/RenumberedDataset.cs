using Scott.Models.Imaging;

namespace Scott.Models.Datasets;

/// <summary>A labeled dataset whose classes have other numbers.</summary>
/// <param name="source">Labeled by names that are all among the new ones.</param>
/// <param name="classNames">The new order.</param>
internal sealed class RenumberedDataset(IImageDataset source, IReadOnlyList<string> classNames) : IImageDataset, IPassesOverFiles
{
    private readonly int[] _numbers = [.. source.ClassNames.Select(name => classNames.ToList().IndexOf(name))];

    public string Name => source.Name;

    public IReadOnlyDictionary<string, int> PassedOver => PassedOverFiles.Of(source);

    public int Count => source.Count;

    public IReadOnlyList<string> ClassNames => classNames;

    public string NameOf(int index) => source.NameOf(index);

    public string RelativeNameOf(int index) => source.RelativeNameOf(index);

    public ImageSource SourceOf(int index) => source.SourceOf(index);

    public int? LabelOf(int index) => source.LabelOf(index) is { } label ? _numbers[label] : null;
}
