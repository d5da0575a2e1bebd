using ImageSearch.Indexing;
using ImageSearch.Searching;
using Microsoft.Extensions.VectorData;

namespace ImageSearch.Web;

/// <summary>Searches, by a picture that is sent or by one that is indexed. A request that is broken off is not computed to its end.</summary>
internal static class SearchEndpoints
{
    public static void MapSearches(this WebApplication app)
    {
        app.MapPost("/api/search", SearchAsync);
        app.MapGet("/api/pictures/{id}/similar", SimilarAsync);
    }

    private static async Task<IResult> SearchAsync(HttpRequest request, PictureSearch search, IHostApplicationLifetime lifetime)
    {
        using CancellationTokenSource ended = Ended(request, lifetime);
        ReadOnlyMemory<byte> picture = await UploadedPicture.ReadAsync(request, ended.Token);
        return Results.Ok(await search.LikeAsync(picture, ended.Token));
    }

    private static async Task<IResult> SimilarAsync(
        string id, HttpRequest request, PictureSearch search, VectorStoreCollection<string, PictureRecord> collection, IHostApplicationLifetime lifetime)
    {
        using CancellationTokenSource ended = Ended(request, lifetime);
        return await collection.GetAsync(id, cancellationToken: ended.Token) is { } picture
            ? Results.Ok(await search.LikeAsync(picture, ended.Token))
            : PictureEndpoints.Unknown();
    }

    private static CancellationTokenSource Ended(HttpRequest request, IHostApplicationLifetime lifetime) =>
        CancellationTokenSource.CreateLinkedTokenSource(request.HttpContext.RequestAborted, lifetime.ApplicationStopping);
}
