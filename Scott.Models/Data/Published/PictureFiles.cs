using Scott.Models.Imaging;

namespace Scott.Models.Data.Published;

/// <summary>Labelled picture files.</summary>
internal sealed class PictureFiles(string[] paths, int[] labels, IReadOnlyList<string> classNames) : IImageDataset
{
    public int Count => paths.Length;

    public IReadOnlyList<string> ClassNames => classNames;

    public string NameOf(int index) => paths[index];

    public ImageSource SourceOf(int index) => ImageSource.FromFile(paths[index]);

    public int? LabelOf(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return labels[index];
    }
}
