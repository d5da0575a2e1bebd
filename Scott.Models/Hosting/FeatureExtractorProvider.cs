using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Scott.Models.Inference;
using Scott.Models.Weights;
using Scott.Models.Zoo;

namespace Scott.Models.Hosting;

/// <summary>Loads the model of one registration once, and builds and owns its feature extractor. After a failure, the next request tries again.
/// When the host stops, loading is canceled. A registration without a key has an empty name. Thread-safe.</summary>
internal sealed class FeatureExtractorProvider(
    string name, IOptionsMonitor<ScottFeatureExtractorOptions> options, IHttpClientFactory clients, ILoggerFactory loggers,
    IHostApplicationLifetime? lifetime) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private readonly CancellationTokenSource _end = CancellationTokenSource.CreateLinkedTokenSource(lifetime?.ApplicationStopping ?? default);
    private volatile FeatureExtractor? _extractor;
    private volatile bool _isDisposed;

    public bool LoadsAtStartup => options.Get(name).LoadAtStartup;

    /// <summary>For constructors, which cannot await. Blocks until the model is loaded.</summary>
    public FeatureExtractor Get() => _extractor ?? Task.Run(() => GetAsync(CancellationToken.None)).GetAwaiter().GetResult();

    public async Task<FeatureExtractor> GetAsync(CancellationToken cancellationToken)
    {
        if (_extractor is { } loaded)
            return loaded;

        ObjectDisposedException.ThrowIf(_isDisposed, this);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _end.Token);
        await _gate.WaitAsync(stop.Token).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _extractor ??= await LoadAsync(stop.Token).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose()
    {
        if (_isDisposed)
            return;

        // Cancels a running load, and waits until it ends.
        _end.Cancel();
        _gate.Wait();
        _isDisposed = true;
        _extractor?.Dispose();
        _gate.Release();
        _end.Dispose();
    }

    private async Task<FeatureExtractor> LoadAsync(CancellationToken cancellationToken)
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

/// <summary>Loads a registration's model while the host starts.</summary>
internal sealed class FeatureExtractorLoader(FeatureExtractorProvider provider) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) =>
        provider.LoadsAtStartup ? provider.GetAsync(cancellationToken) : Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
