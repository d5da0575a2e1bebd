using Scott.Models.Imaging;

namespace Scott.Models.Datasets;

/// <summary>Labeled image files.</summary>
/// <param name="name">What messages call the dataset: its folder, or the list of its images.</param>
/// <param name="folder">The folder that the files lie below.</param>
/// <param name="paths">The files.</param>
/// <param name="labels">Their classes.</param>
/// <param name="classNames">The classes' names.</param>
internal sealed class LabeledImageFiles(string name, string folder, string[] paths, int[] labels, IReadOnlyList<string> classNames) : IImageDataset
{
    public string Name => name;

    public int Count => paths.Length;

    public IReadOnlyList<string> ClassNames => classNames;

    public string NameOf(int index) => paths[index];

    public string RelativeNameOf(int index) => RelativePaths.Of(folder, paths[index]);

    public ImageSource SourceOf(int index) => ImageSource.FromFile(paths[index]);

    public int? LabelOf(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return labels[index];
    }
}
