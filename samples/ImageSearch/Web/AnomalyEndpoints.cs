using ImageSearch.Anomalies;
using ImageSearch.Indexing;
using ImageSearch.Options;

namespace ImageSearch.Web;

/// <summary>Learns what is normal, tells how far that is, and scores an image that is sent.</summary>
internal static class AnomalyEndpoints
{
    private const string LearnPath = "/api/anomalies/learn";

    public static void MapAnomalies(this WebApplication app)
    {
        app.MapGet("/api/anomalies", (AnomalyLearner learner) => learner.Status);
        app.MapGet("/api/anomalies/folders", ListAsync);
        app.MapPost(LearnPath, LearnAsync);
        app.MapDelete(LearnPath, Cancel);
        app.MapPost("/api/anomalies/score", ScoreAsync).RequireRateLimiting(RequestGates.Searches);
    }

    private static async Task<IResult> ListAsync(NormalFolders folders, CancellationToken cancellationToken) =>
        Results.Ok(new { NormalFolders.MaximumImages, Folders = await folders.ListAsync(cancellationToken) });

    private static async Task<IResult> LearnAsync(
        string? folder, NormalFolders folders, AnomalyLearner learner, IndexProgress progress, CancellationToken cancellationToken)
    {
        if (!progress.Status.IsComplete)
            throw new RefusedException("The index is not complete yet; wait until it is.");

        string chosen = folder ?? string.Empty;
        learner.Start(chosen, await folders.ImagesAsync(chosen, cancellationToken));
        return Results.Accepted(value: learner.Status);
    }

    private static AnomalyStatus Cancel(AnomalyLearner learner)
    {
        learner.Cancel();
        return learner.Status;
    }

    private static async Task<IResult> ScoreAsync(
        HttpRequest request, AnomalyLearner learner, AnomalyScorer scorer, ServeOptions options, IHostApplicationLifetime lifetime)
    {
        _ = learner.Detector; // Refused before the image is read.
        using CancellationTokenSource ended = RequestEnd.Of(request, lifetime);
        ReadOnlyMemory<byte> image = await UploadedImage.ReadAsync(request, options.MaximumUploadBytes, ended.Token);
        return Results.Ok(await scorer.ScoreAsync(image, ended.Token));
    }
}
