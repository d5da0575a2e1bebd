using ImageSearch.Indexing;
using ImageSearch.Options;
using Scott.Models.Inference;

namespace ImageSearch.Web;

/// <summary>What the page says of itself: the model, the folder, the limit and how far the index is.</summary>
internal static class StatusEndpoint
{
    public static void MapStatus(this WebApplication app) =>
        app.MapGet("/api/status", (FeatureExtractor extractor, IndexProgress progress, ServeOptions options, IndexedFolder folder) =>
            new AppStatus(extractor.ModelId, extractor.EngineDescription, folder.Root, options.MaximumUploadBytes, progress.Status));

    private sealed record AppStatus(string Model, string Engine, string Folder, long MaximumUploadBytes, IndexStatus Index);
}
