using ImageSearch.Classes;
using ImageSearch.Images;
using ImageSearch.Indexing;
using ImageSearch.Searching;
using Microsoft.Extensions.VectorData;

namespace ImageSearch.Web;

/// <summary>Serves indexed images by id only: no path comes from a request.</summary>
internal static class ImageEndpoints
{
    private const int Examples = 12;

    /// <summary>An id names a file's content, which does not change.</summary>
    private const string Forever = "private, max-age=31536000, immutable";

    public static void MapImages(this WebApplication app)
    {
        app.MapGet("/api/images", ListAsync);
        app.MapGet("/api/images/{id}/thumbnail", ThumbnailAsync).RequireRateLimiting(RequestGates.Thumbnails);
    }

    /// <summary>Lists a few images for the start page.</summary>
    private static async Task<IResult> ListAsync(
        VectorStoreCollection<string, IndexedImage> collection, ClassStore classes, CancellationToken cancellationToken)
    {
        var withVectors = new FilteredRecordRetrievalOptions<IndexedImage> { IncludeVectors = true };
        return Results.Ok(await collection.GetAsync(_ => true, Examples, withVectors, cancellationToken)
            .Select(record => ImageMatch.Of(record, similarity: null, classes.Classify(record.Vector.Span)))
            .ToListAsync(cancellationToken));
    }

    private static async Task<IResult> ThumbnailAsync(
        string id,
        HttpResponse response,
        VectorStoreCollection<string, IndexedImage> collection,
        IndexedFolder folder,
        ThumbnailCache thumbnails,
        CancellationToken cancellationToken)
    {
        // A file that changed after indexing has another id, which is not in the index.
        if (await collection.GetAsync(id, cancellationToken: cancellationToken) is not { } image || folder.Id(image.Path) != id)
            return ImageProblem.Unknown();

        byte[] thumbnail = await thumbnails.GetAsync(image, cancellationToken);
        response.Headers.CacheControl = Forever;
        return Results.Bytes(thumbnail, JpegThumbnail.MediaType);
    }
}
