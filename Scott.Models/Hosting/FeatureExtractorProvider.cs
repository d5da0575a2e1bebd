using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Scott.Models.Inference;
using Scott.Models.Weights;
using Scott.Models.Zoo;

namespace Scott.Models.Hosting;

/// <summary>Builds the feature extractor of one registration. A registration without a key has an empty name.</summary>
internal sealed class FeatureExtractorProvider(
    string name, IOptionsMonitor<ScottFeatureExtractorOptions> options, IHttpClientFactory clients, ILoggerFactory loggers,
    IHostApplicationLifetime? lifetime) : LazyService<FeatureExtractor>(lifetime)
{
    public override bool LoadsAtStartup => options.Get(name).LoadAtStartup;

    protected override async Task<FeatureExtractor> LoadAsync(CancellationToken cancellationToken)
    {
        ScottFeatureExtractorOptions chosen = options.Get(name);
        chosen.Validate();
        ILogger log = loggers.CreateLogger<FeatureExtractor>();
        ScottModel model = await LoadAsync(chosen, cancellationToken).ConfigureAwait(false);
        return model.ExtractFeatures().WithOptions(chosen.Extraction).WithLogger(log).Build();
    }

    private Task<ScottModel> LoadAsync(ScottFeatureExtractorOptions chosen, CancellationToken cancellationToken)
    {
        WeightStorage storage = chosen.Zoo.Storage;
        if (chosen.HuggingFaceRepository is { } repository)
        {
            return ScottModel.FromHuggingFaceAsync(
                repository, chosen.HuggingFaceRevision, Connected(chosen.Zoo), cancellationToken: cancellationToken);
        }

        if (chosen.ModelPath is not { } path)
            return ScottModel.FromPretrainedAsync(chosen.ModelId, Connected(chosen.Zoo), cancellationToken: cancellationToken);

        return Directory.Exists(path)
            ? ScottModel.FromHuggingFaceFolderAsync(path, storage, cancellationToken)
            : ScottModel.FromFileAsync(path, new ModelFileOptions { Storage = storage }, cancellationToken);
    }

    /// <summary>Adds the client and the log of the app, if the options have none.</summary>
    private ZooOptions Connected(ZooOptions zoo) => zoo with
    {
        CreateHttpClient = zoo.CreateHttpClient ?? (() => clients.CreateClient(ScottFeatureExtractorOptions.HttpClientName)),
        Logger = ReferenceEquals(zoo.Logger, NullLogger.Instance) ? loggers.CreateLogger(typeof(ScottModels)) : zoo.Logger,
    };
}
