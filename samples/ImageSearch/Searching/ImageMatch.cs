using ImageSearch.Classes;
using ImageSearch.Indexing;

namespace ImageSearch.Searching;

/// <summary>An image as the page shows it.</summary>
/// <param name="Id">The id for requests of its thumbnail and of similar images.</param>
/// <param name="Name">The file's name.</param>
/// <param name="Folder">The file's folder, relative to the folder that is searched; empty for that folder.</param>
/// <param name="Similarity">The cosine, −1 to 1; <see langword="null"/> if it was not compared.</param>
/// <param name="Class">The class that it is taken for; <see langword="null"/> without classes.</param>
internal sealed record ImageMatch(string Id, string Name, string Folder, double? Similarity, ClassLabel? Class)
{
    public static ImageMatch Of(IndexedImage record, double? similarity = null, ClassLabel? label = null)
    {
        int slash = record.Path.LastIndexOf('/');
        return new ImageMatch(record.Id, record.Path[(slash + 1)..], slash < 0 ? string.Empty : record.Path[..slash], similarity, label);
    }
}
