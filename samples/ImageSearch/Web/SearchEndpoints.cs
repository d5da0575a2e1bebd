using ImageSearch.Indexing;
using ImageSearch.Options;
using ImageSearch.Searching;
using Microsoft.Extensions.VectorData;

namespace ImageSearch.Web;

/// <summary>Searches by an image that is sent, or by an indexed one. A search stops when its client disconnects.</summary>
internal static class SearchEndpoints
{
    public static void MapSearches(this WebApplication app)
    {
        app.MapPost("/api/search", SearchAsync).RequireRateLimiting(RequestGates.Searches);
        app.MapGet("/api/images/{id}/similar", SimilarAsync).RequireRateLimiting(RequestGates.Searches);
    }

    private static async Task<IResult> SearchAsync(HttpRequest request, ImageFinder search, ServeOptions options, IHostApplicationLifetime lifetime)
    {
        using CancellationTokenSource ended = RequestEnd.Of(request, lifetime);
        ReadOnlyMemory<byte> image = await UploadedImage.ReadAsync(request, options.MaximumUploadBytes, ended.Token);
        return Results.Ok(await search.LikeAsync(image, ended.Token));
    }

    private static async Task<IResult> SimilarAsync(
        string id, HttpRequest request, ImageFinder search, VectorStoreCollection<string, IndexedImage> collection, IHostApplicationLifetime lifetime)
    {
        using CancellationTokenSource ended = RequestEnd.Of(request, lifetime);
        return await collection.GetAsync(id, cancellationToken: ended.Token) is { } image
            ? Results.Ok(await search.LikeAsync(image, ended.Token))
            : ImageProblem.Unknown();
    }
}
