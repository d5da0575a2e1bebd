using ImageSearch.Indexing;
using ImageSearch.Options;
using Scott.Models.Features;

namespace ImageSearch.Web;

/// <summary>What the page says of itself: the model, the limit and how far the index is.</summary>
internal static class StatusEndpoint
{
    public static void MapStatus(this WebApplication app) =>
        app.MapGet("/api/status", (FeatureExtractor extractor, IndexProgress progress, ServeOptions options) =>
            new AppStatus(extractor.ModelId, extractor.EngineDescription, options.MaximumUploadBytes, progress.Status));

    private sealed record AppStatus(string Model, string Engine, long MaximumUploadBytes, IndexStatus Index);
}
