using ImageSearch.Indexing;
using Scott.Models.Datasets;
using Scott.Models.Imaging;

namespace ImageSearch.Anomalies;

/// <summary>Indexed images as a dataset without labels.</summary>
/// <param name="folder">Where the images are.</param>
/// <param name="paths">Their paths from that folder.</param>
internal sealed class NormalImages(IndexedFolder folder, IReadOnlyList<string> paths) : IImageDataset
{
    public int Count => paths.Count;

    public IReadOnlyList<string> ClassNames => [];

    public string NameOf(int index) => paths[index];

    public ImageSource SourceOf(int index) => ImageSource.FromFile(folder.FullPath(paths[index]));

    public int? LabelOf(int index) => null;
}
