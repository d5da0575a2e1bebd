using ImageSearch.Indexing;

namespace ImageSearch.Searching;

/// <summary>An image as the page shows it.</summary>
/// <param name="Id">What its thumbnail and its like are asked for by.</param>
/// <param name="Name">The file's.</param>
/// <param name="Folder">From the folder that is searched; empty for that itself.</param>
/// <param name="Similarity">The cosine, −1 to 1; <see langword="null"/> if it was not compared.</param>
internal sealed record ImageMatch(string Id, string Name, string Folder, double? Similarity)
{
    public static ImageMatch Of(IndexedImage record, double? similarity = null)
    {
        int slash = record.Path.LastIndexOf('/');
        return new ImageMatch(record.Id, record.Path[(slash + 1)..], slash < 0 ? string.Empty : record.Path[..slash], similarity);
    }
}
