using Microsoft.Extensions.Options;
using Scott.Models;
using Scott.Models.Hosting;

namespace ImageSearch.Anomalies;

/// <summary>Loads the model of the feature extractor again: a detector runs it in another size. Thread-safe.</summary>
internal sealed class ModelLoader(IOptions<ScottFeatureExtractorOptions> options)
{
    public Task<ScottModel> LoadAsync(CancellationToken cancellationToken)
    {
        ScottFeatureExtractorOptions chosen = options.Value;
        return chosen switch
        {
            { HuggingFaceRepository: { } repository } => ScottModel.FromHuggingFaceAsync(
                repository, chosen.HuggingFaceRevision, chosen.Zoo, cancellationToken: cancellationToken),
            { ModelPath: { } path } when Directory.Exists(path) => ScottModel.FromHuggingFaceFolderAsync(path, cancellationToken: cancellationToken),
            { ModelPath: { } path } => ScottModel.FromFileAsync(path, cancellationToken: cancellationToken),
            _ => ScottModel.FromPretrainedAsync(chosen.ModelId, chosen.Zoo, cancellationToken: cancellationToken),
        };
    }
}
