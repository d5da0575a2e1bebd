using Microsoft.Extensions.AI;
using Scott.Models.Imaging;
using Scott.Models.Onnx;

namespace Scott.Models.Inference;

/// <summary>Turns images into features of a frozen backbone. Made by <c>ScottModel.ExtractFeatures()</c>. Thread-safe.</summary>
/// <remarks>Dispose it when you need it no more; a run in progress ends first.</remarks>
public sealed class FeatureExtractor : IDisposable
{
    private readonly InferenceRuntime _runtime;

    internal FeatureExtractor(ScottModel model, FeatureExtractionOptions options, ILogger logger)
    {
        options.Validate(model.Architecture);
        Options = options;
        ModelId = model.Metadata.Id;
        EmbeddingWidth = model.Architecture.EmbeddingWidth;
        _runtime = new InferenceRuntime(model, null, FeatureLayout.ForFeatures(model.Architecture, options), Operation.Embed, options, logger, this);
    }

    /// <summary>The model's id.</summary>
    public string ModelId { get; }

    /// <summary>How it extracts.</summary>
    public FeatureExtractionOptions Options { get; }

    /// <summary>What computes, for people, for example <c>ONNX Runtime 1.32.0, Cpu</c>.</summary>
    public string EngineDescription => _runtime.EngineDescription;

    /// <summary>The execution provider that ONNX Runtime runs on, after any fallback; <see langword="null"/> for the TorchSharp engine.</summary>
    public ExecutionProvider? ExecutionProvider => _runtime.ExecutionProvider;

    /// <summary>D: the numbers of one vector.</summary>
    public int EmbeddingWidth { get; }

    /// <summary>What happens to each image before the backbone sees it.</summary>
    public ImagePreprocessor Preprocessor => _runtime.Preprocessor;

    /// <summary>One image's vector.</summary>
    /// <param name="image">The image; a string is the path of a file.</param>
    /// <param name="cancellationToken">Cancels before the network runs.</param>
    /// <returns>The mean of the normalized patch tokens, <see cref="EmbeddingWidth"/> numbers.</returns>
    /// <exception cref="ImageFormatException">The image cannot be decoded.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="ObjectDisposedException">This object is disposed.</exception>
    public async Task<float[]> EmbedAsync(ImageSource image, CancellationToken cancellationToken = default) =>
        (await ExtractAsync(image, cancellationToken).ConfigureAwait(false)).Vector.ToArray();

    /// <summary>One image's vector, and whatever else the options ask for.</summary>
    /// <inheritdoc cref="EmbedAsync" path="/param | /exception"/>
    public Task<ImageEmbedding> ExtractAsync(ImageSource image, CancellationToken cancellationToken = default) =>
        _runtime.RunOneAsync(image, cancellationToken);

    /// <summary>Many files, in order, with bounded memory. A file that cannot be read gives its error and the run continues.</summary>
    /// <param name="paths">The files; taken from as the run goes. A path that is null, empty or not legal gives its error, too.</param>
    /// <param name="progress">Told after each image.</param>
    /// <param name="cancellationToken">Cancels between images.</param>
    public IAsyncEnumerable<ImageEmbedding> EmbedFilesAsync(
        IEnumerable<string> paths, IProgress<InferenceProgress>? progress = null, CancellationToken cancellationToken = default) =>
        _runtime.RunFilesAsync(paths, progress, cancellationToken);

    /// <summary>Many images, in order, with bounded memory. An image that cannot be read gives its error and the run continues.</summary>
    /// <param name="images">The images; taken from as the run goes.</param>
    /// <param name="progress">Told after each image.</param>
    /// <param name="cancellationToken">Cancels between images.</param>
    /// <exception cref="ArgumentException">An image is null: thrown in its place, after the results of those before it.</exception>
    public IAsyncEnumerable<ImageEmbedding> EmbedBatchAsync(
        IEnumerable<ImageSource> images, IProgress<InferenceProgress>? progress = null, CancellationToken cancellationToken = default) =>
        _runtime.RunManyAsync(images, progress, cancellationToken);

    /// <summary>The same for images that come asynchronously, from a queue, a database or a camera.</summary>
    /// <inheritdoc cref="EmbedBatchAsync" path="/param | /exception"/>
    public IAsyncEnumerable<ImageEmbedding> EmbedStreamAsync(
        IAsyncEnumerable<ImageSource> images, IProgress<InferenceProgress>? progress = null, CancellationToken cancellationToken = default) =>
        _runtime.RunManyAsync(images, null, progress, cancellationToken);

    /// <summary>The extractor as a generator of Microsoft.Extensions.AI, for what builds on that: vector stores, caching, telemetry.</summary>
    /// <remarks>
    /// It takes images as <see cref="DataContent"/> of media type image/jpeg, png, webp, bmp or gif, gives one embedding of
    /// <see cref="EmbeddingWidth"/> numbers for each, in order, and fails as a whole if one cannot be read. <c>GetService</c> gives the
    /// <see cref="EmbeddingGeneratorMetadata"/> and this extractor. Thread-safe. Disposing of one disposes of both.
    /// </remarks>
    public IEmbeddingGenerator<DataContent, Embedding<float>> AsIEmbeddingGenerator() => new ImageEmbeddingGenerator(this);

    /// <summary>Lets no new extraction begin, and frees the engine now or with the last run in progress.</summary>
    public void Dispose() => _runtime.Dispose();
}
