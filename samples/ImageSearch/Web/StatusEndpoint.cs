using ImageSearch.Indexing;
using ImageSearch.Options;
using Scott.Models.Inference;

namespace ImageSearch.Web;

/// <summary>Serves what the page shows about the app: the model, the folder, the upload limit and the progress of the index.</summary>
internal static class StatusEndpoint
{
    public static void MapStatus(this WebApplication app) =>
        app.MapGet("/api/status", (FeatureExtractor extractor, IndexProgress progress, ServeOptions options, IndexedFolder folder) =>
            new AppStatus(extractor.ModelId, extractor.EngineDescription, folder.Root, options.MaximumUploadBytes, progress.Status));

    private sealed record AppStatus(string Model, string Engine, string Folder, long MaximumUploadBytes, IndexStatus Index);
}
