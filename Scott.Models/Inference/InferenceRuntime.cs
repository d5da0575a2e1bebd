using System.Runtime.ExceptionServices;
using Scott.Models.Imaging;
using Scott.Models.Onnx;

namespace Scott.Models.Inference;

/// <summary>Takes images through an engine: one for the shortest wait, or many for the highest rate. Thread-safe; owns the engine.</summary>
internal sealed partial class InferenceRuntime : IDisposable
{
    /// <summary>One image at work, and one that reads its file.</summary>
    private const int SinglesPerThread = 2;
    /// <summary>The memory that the batches of one bulk run may take together. Two batches are always allowed.</summary>
    private const long BulkMemoryBytes = 1L << 30;

    private readonly IFeatureEngine _engine;
    private readonly SharedLifetime _lifetime;
    private readonly FeatureLayout _layout;
    private readonly Operation _operation;
    /// <summary>The workers for single images. A burst of calls runs and keeps only as many as are useful.</summary>
    private readonly WorkerPool _singles;
    private readonly int _bulkWorkers;

    public InferenceRuntime(
        ScottModel model, ScottClassifier? classifier, FeatureLayout layout, string operation, InferenceOptions options, ILogger logger, object owner)
    {
        Preprocessor = new ImagePreprocessor(model.Preprocessing, options.Decoding);
        ColdStart.Begin(Preprocessor, options.Engine == FeatureEngine.OnnxRuntime);
        _layout = layout;
        _operation = new Operation(operation, model.Metadata.Id);
        _engine = CreateEngine(model, classifier, layout, options, logger);
        int threads = options.EffectiveThreads;
        _singles = new WorkerPool(() => CreateWorker(1, OwnView), SinglesPerThread * threads);
        _bulkWorkers = (int)Math.Clamp(BulkMemoryBytes / FeatureBatch.Bytes(layout, _engine.BulkBatchSize), Math.Min(2, threads), threads);
        _lifetime = new SharedLifetime(owner, _engine, _singles);
        EngineDescription = _engine.Description;
        ExecutionProvider = _engine.ExecutionProvider;
        LogEngine(logger, EngineDescription);
    }

    /// <summary>What makes the vectors; <see langword="null"/> if they are not for comparison.</summary>
    public Lazy<VectorFingerprint>? Fingerprint { get; init; }
    public string EngineDescription { get; }
    public ExecutionProvider? ExecutionProvider { get; }
    public ImagePreprocessor Preprocessor { get; }

    /// <summary>Whole images, as the model says.</summary>
    private InferenceView OwnView => new(Preprocessor, Fingerprint);

    /// <summary>Runs one image. Throws its error instead of returning it in the result.</summary>
    public async Task<ImageEmbedding> RunOneAsync(ImageSource image, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(image);
        using SharedLifetime.Use use = _lifetime.Enter();
        using Activity? activity = _operation.Start();
        try
        {
            Task<ImageEmbedding[]> run = Task.Run(() => _singles.ProcessAsync([image], 0, isBulk: false, cancellationToken), cancellationToken);
            ImageEmbedding result = (await run.ConfigureAwait(false))[0];
            if (result.Error is not null)
                ExceptionDispatchInfo.Throw(result.Error);

            return result;
        }
        catch (Exception exception)
        {
            Operation.Fail(activity, exception, cancellationToken);
            throw;
        }
    }

    /// <summary>Many files, or images, in order, with bounded memory.</summary>
    public IAsyncEnumerable<ImageEmbedding> RunFilesAsync(
        IEnumerable<string> paths, IProgress<InferenceProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(paths);
        return RunManyAsync(paths.Select(ImageSource.FromAnyPath), progress, cancellationToken);
    }

    public IAsyncEnumerable<ImageEmbedding> RunManyAsync(
        IEnumerable<ImageSource> images, IProgress<InferenceProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(images);
        return RunManyAsync(images.ToAsyncEnumerable(), images.TryGetNonEnumeratedCount(out int total) ? total : null, progress, cancellationToken);
    }

    public IAsyncEnumerable<ImageEmbedding> RunManyAsync(
        IAsyncEnumerable<ImageSource> images, long? total, IProgress<InferenceProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(images);
        _lifetime.ThrowIfClosed();
        IAsyncEnumerable<ImageSource> input = Items.NotNullAsync(images, "an image", nameof(images), CancellationToken.None);
        return EnumerateAsync(input, total, OwnView, progress, cancellationToken);
    }

    /// <summary>The tiles of a large image, in order, with bounded memory. One that cannot be read ends the run with its error.</summary>
    public IAsyncEnumerable<TileEmbedding> RunTilesAsync(
        ImageSource image, TileOptions options, InferenceView view, IProgress<InferenceProgress>? progress, CancellationToken cancellationToken)
    {
        _lifetime.ThrowIfClosed();
        return EnumerateTilesAsync(image, options, view, progress, cancellationToken);
    }

    public void Dispose() => _lifetime.Close();

    private async IAsyncEnumerable<TileEmbedding> EnumerateTilesAsync(
        ImageSource image, TileOptions options, InferenceView view, IProgress<InferenceProgress>? progress,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        int rows = options.TileHeight!.Value;
        using LargeImage large = await LargeImage.OpenAsync(image, rows, view.Preprocessor.Options, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<ImageTile> tiles = options.Cut(large.Width, large.Height);
        IEnumerable<ImageSource> Take()
        {
            foreach (ImageTile tile in tiles)
                yield return large.Take(tile, image.Name + tile, cancellationToken);
        }

        IAsyncEnumerable<ImageEmbedding> results = EnumerateAsync(Take().ToAsyncEnumerable(), tiles.Count, view, progress, cancellationToken);
        await foreach (ImageEmbedding result in results.ConfigureAwait(false))
        {
            if (result.Error is not null)
                ExceptionDispatchInfo.Throw(result.Error);

            yield return new TileEmbedding(tiles[(int)result.Index], result);
        }
    }

    private async IAsyncEnumerable<ImageEmbedding> EnumerateAsync(
        IAsyncEnumerable<ImageSource> images, long? total, InferenceView view, IProgress<InferenceProgress>? progress,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using SharedLifetime.Use use = _lifetime.Enter();
        using Activity? activity = _operation.Start();
        int batchSize = _engine.BulkBatchSize;
        using var pool = new WorkerPool(() => CreateWorker(batchSize, view), _bulkWorkers);
        var pipeline = new EmbeddingPipeline(pool, _bulkWorkers, batchSize);
        IAsyncEnumerator<ImageEmbedding> results = pipeline.RunAsync(images, total, progress, cancellationToken).GetAsyncEnumerator(default);
        await using (results.ConfigureAwait(false))
        {
            while (await MoveNextAsync(results, activity, cancellationToken).ConfigureAwait(false))
            {
                activity?.SetTag(ScottTelemetry.ImagesInstrument, results.Current.Index + 1);
                yield return results.Current;
            }
        }
    }

    /// <summary>Marks the activity as failed if the run fails. The iterator cannot: C# forbids <c>yield return</c> in a try with catch.</summary>
    private static async ValueTask<bool> MoveNextAsync(
        IAsyncEnumerator<ImageEmbedding> results, Activity? activity, CancellationToken cancellationToken)
    {
        try
        {
            return await results.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Operation.Fail(activity, exception, cancellationToken);
            throw;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Images are computed by {Engine}.")]
    private static partial void LogEngine(ILogger logger, string engine);

    private static IFeatureEngine CreateEngine(
        ScottModel model, ScottClassifier? classifier, FeatureLayout layout, InferenceOptions options, ILogger logger)
    {
        if (options.Engine == FeatureEngine.Managed)
            return new ManagedFeatureEngine(model, classifier, layout, options);

        if (NativeEngines.AreIncluded)
        {
            return options.Engine == FeatureEngine.OnnxRuntime
                ? new OnnxFeatureEngine(model, classifier, layout, options, logger)
                : new TorchFeatureEngine(model, classifier, layout, options);
        }

        throw new NotSupportedException(
            $"This program was built without the engine {options.Engine}. Call UseManaged(), or remove ScottNativeEngines from its project.");
    }

    private FeatureWorker CreateWorker(int capacity, InferenceView view) =>
        new(view.Preprocessor, _engine, _layout, _operation, capacity) { Fingerprint = view.Fingerprint };
}

/// <summary>How images become what the engine takes, and what vectors made so are to be compared with.</summary>
internal sealed record InferenceView(ImagePreprocessor Preprocessor, Lazy<VectorFingerprint>? Fingerprint);
