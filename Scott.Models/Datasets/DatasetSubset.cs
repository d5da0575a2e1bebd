using Scott.Models.Imaging;

namespace Scott.Models.Datasets;

/// <summary>Some images of a dataset, in any order. The classes are those of the dataset, or a given list that contains them all.</summary>
internal sealed class DatasetSubset(IImageDataset source, int[] indices, IReadOnlyList<string>? classNames = null) : IImageDataset, ISkipsFiles
{
    private readonly int[]? _labels = classNames?.ToList() is { } names ? [.. source.ClassNames.Select(name => names.IndexOf(name))] : null;

    public string Name => source.Name;
    public IEnumerable<ImageFolder> Folders => SkippedFileCounts.FoldersOf(source);
    public int Count => indices.Length;
    public IReadOnlyList<string> ClassNames => classNames ?? source.ClassNames;
    public bool IsMultiLabel => source.IsMultiLabel;

    public string NameOf(int index) => source.NameOf(IndexInSource(index));

    public string RelativeNameOf(int index) => source.RelativeNameOf(IndexInSource(index));

    public ImageSource SourceOf(int index) => source.SourceOf(IndexInSource(index));

    public int? LabelOf(int index) =>
        _labels is null ? source.LabelOf(IndexInSource(index))
        : LabeledClasses.LabelOf(source, IndexInSource(index)) is { } label ? _labels[label] : null;

    public IReadOnlyList<int>? LabelsOf(int index) =>
        _labels is null ? source.LabelsOf(IndexInSource(index))
        : LabeledClasses.LabelsOf(source, IndexInSource(index)) is { } labels ? [.. labels.Select(label => _labels[label]).Order()] : null;

    private int IndexInSource(int index) => indices[this.Checked(index)];
}
