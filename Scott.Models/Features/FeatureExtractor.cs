using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Scott.Models.Errors;
using Scott.Models.Imaging;
using Scott.Models.Onnx;
using Scott.Models.Weights;

namespace Scott.Models.Features;

/// <summary>
/// Turns pictures into features of a frozen backbone. Made by <c>ScottModel.ExtractFeatures()</c>. Thread-safe; dispose it when nothing more
/// is to be extracted (a run in progress ends first).
/// </summary>
public sealed partial class FeatureExtractor : IDisposable
{
    /// <summary>One at work and one reading its file.</summary>
    private const int SinglesPerThread = 2;

    /// <summary>What the batches of one run over many pictures may take together, unless two are already more.</summary>
    private const long BulkMemoryBytes = 1L << 30;

    private readonly IFeatureEngine _engine;
    private readonly SharedLifetime _lifetime;
    private readonly FeatureLayout _layout;
    private readonly ConcurrentBag<FeatureWorker> _idle = [];
    private readonly SemaphoreSlim _slots;
    private readonly int _workers;

    internal FeatureExtractor(ModelSnapshot model, FeatureExtractionOptions options, ILogger logger)
    {
        options.Validate(model.Architecture);
        Options = options;
        Preprocessor = new ImagePreprocessor(model.Preprocessing, options.Decoding);
        _layout = new FeatureLayout(model.Architecture, options);
        _engine = options.Engine == FeatureEngine.OnnxRuntime
            ? new OnnxFeatureEngine(model, _layout, options, logger)
            : new TorchFeatureEngine(model, _layout, options);
        _slots = new SemaphoreSlim(SinglesPerThread * options.EffectiveThreads);
        _workers = (int)Math.Clamp(
            BulkMemoryBytes / FeatureBatch.Bytes(_layout, _engine.BulkBatchSize), Math.Min(2, options.EffectiveThreads), options.EffectiveThreads);
        _lifetime = new SharedLifetime(_engine, this);
        EngineDescription = _engine.Description;
        LogEngine(logger, EngineDescription);
        ExecutionProvider = _engine.ExecutionProvider;
        EmbeddingWidth = model.Architecture.EmbeddingWidth;
    }

    /// <summary>How it extracts.</summary>
    public FeatureExtractionOptions Options { get; }

    /// <summary>What computes, for people, for example <c>ONNX Runtime 1.31.1, Cpu</c>.</summary>
    public string EngineDescription { get; }

    /// <summary>The execution provider that ONNX Runtime runs on, after any fallback; <see langword="null"/> for the TorchSharp engine.</summary>
    public ExecutionProvider? ExecutionProvider { get; }

    /// <summary>D: the numbers of one vector.</summary>
    public int EmbeddingWidth { get; }

    /// <summary>What happens to each picture before the backbone sees it.</summary>
    public ImagePreprocessor Preprocessor { get; }

    /// <summary>One picture's vector.</summary>
    /// <param name="image">The picture; a string is the path of a file.</param>
    /// <param name="cancellationToken">Cancels before the backbone runs.</param>
    /// <returns>The mean of the normalised patch tokens, <see cref="EmbeddingWidth"/> numbers.</returns>
    /// <exception cref="ImageFormatException">The picture cannot be decoded.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="ObjectDisposedException">The extractor is disposed.</exception>
    public async Task<float[]> EmbedAsync(ImageSource image, CancellationToken cancellationToken = default) =>
        (await ExtractAsync(image, cancellationToken).ConfigureAwait(false)).Vector;

    /// <summary>One picture's vector and all else that the options ask for.</summary>
    /// <param name="image">The picture; a string is the path of a file.</param>
    /// <param name="cancellationToken">Cancels before the backbone runs.</param>
    /// <exception cref="ImageFormatException">The picture cannot be decoded.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="ObjectDisposedException">The extractor is disposed.</exception>
    public async Task<ImageEmbedding> ExtractAsync(ImageSource image, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        using SharedLifetime.Use use = _lifetime.Enter();
        ImageEmbedding result = await Task.Run(() => ExtractOneAsync(image, cancellationToken), cancellationToken).ConfigureAwait(false);
        if (result.Error is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(result.Error);
        }

        return result;
    }

    /// <summary>Many files, in order, with bounded memory. A file that cannot be read gives its error and the run goes on.</summary>
    /// <param name="paths">The files; taken from as the run goes.</param>
    /// <param name="progress">Told after each picture.</param>
    /// <param name="cancellationToken">Cancels between pictures.</param>
    public IAsyncEnumerable<ImageEmbedding> EmbedFilesAsync(
        IEnumerable<string> paths, IProgress<EmbeddingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        return EmbedBatchAsync(paths.Select(ImageSource.FromFile), progress, cancellationToken);
    }

    /// <summary>Many pictures, in order, with bounded memory. A picture that cannot be read gives its error and the run goes on.</summary>
    /// <param name="images">The pictures; taken from as the run goes.</param>
    /// <param name="progress">Told after each picture.</param>
    /// <param name="cancellationToken">Cancels between pictures.</param>
    public IAsyncEnumerable<ImageEmbedding> EmbedBatchAsync(
        IEnumerable<ImageSource> images, IProgress<EmbeddingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        _lifetime.ThrowIfClosed();
        return RunAsync(images.ToAsyncEnumerable(), images.TryGetNonEnumeratedCount(out int total) ? total : null, progress, cancellationToken);
    }

    /// <summary>The same for pictures that come asynchronously, from a queue, a database or a camera.</summary>
    /// <param name="images">The pictures; taken from as the run goes.</param>
    /// <param name="progress">Told after each picture.</param>
    /// <param name="cancellationToken">Cancels between pictures.</param>
    public IAsyncEnumerable<ImageEmbedding> EmbedStreamAsync(
        IAsyncEnumerable<ImageSource> images, IProgress<EmbeddingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        _lifetime.ThrowIfClosed();
        return RunAsync(images, null, progress, cancellationToken);
    }

    /// <summary>Lets no new extraction begin, and frees the engine now or with the last run in progress.</summary>
    public void Dispose() => _lifetime.Close();

    private async IAsyncEnumerable<ImageEmbedding> RunAsync(
        IAsyncEnumerable<ImageSource> images, long? total, IProgress<EmbeddingProgress>? progress, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using SharedLifetime.Use use = _lifetime.Enter();
        int batchSize = _engine.BulkBatchSize;
        var pipeline = new EmbeddingPipeline(() => CreateWorker(batchSize), _workers, batchSize);
        await foreach (ImageEmbedding result in pipeline.RunAsync(images, total, progress, cancellationToken).ConfigureAwait(false))
        {
            yield return result;
        }
    }

    private async Task<ImageEmbedding> ExtractOneAsync(ImageSource image, CancellationToken cancellationToken)
    {
        // Held while a worker is in use, so that a burst of calls neither runs nor keeps more of them than help.
        await _slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            FeatureWorker worker = _idle.TryTake(out FeatureWorker? idle) ? idle : CreateWorker(1);
            ImageEmbedding[] results = await worker.ProcessAsync([image], 0, isBulk: false, cancellationToken).ConfigureAwait(false);
            _idle.Add(worker);
            return results[0];
        }
        finally
        {
            _slots.Release();
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Features are computed by {Engine}.")]
    private static partial void LogEngine(ILogger logger, string engine);

    private FeatureWorker CreateWorker(int capacity) => new(Preprocessor, _engine, _layout, capacity);
}
