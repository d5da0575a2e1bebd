using Scott.Models.Imaging;
using Scott.Models.Onnx;

namespace Scott.Models.Inference;

/// <summary>Turns images into features of a frozen backbone. Made by <c>ScottModel.ExtractFeatures()</c>. Thread-safe.</summary>
/// <remarks>Dispose it when you no longer need it. Runs in progress can finish.</remarks>
public sealed class FeatureExtractor : IDisposable
{
    private readonly InferenceRuntime _runtime;
    private readonly Lazy<VectorFingerprint> _fingerprint;
    private readonly Lazy<InferenceView> _wholeTiles;

    internal FeatureExtractor(ScottModel model, FeatureExtractionOptions options, ILogger logger)
    {
        options.Validate(model.Architecture);
        Options = options;
        ModelId = model.Metadata.Id;
        EmbeddingWidth = model.Architecture.VectorWidth(options.Pooling ?? model.Architecture.DefaultPooling);
        var layout = FeatureLayout.ForFeatures(model.Architecture, options);
        _fingerprint = new Lazy<VectorFingerprint>(() => Describe(model, layout, options));
        _wholeTiles = new Lazy<InferenceView>(() =>
        {
            // A tile has no border that could be cut off.
            bool keepsRatio = model.Preprocessing.Resize == ResizeMode.Letterbox;
            ScottModel whole = model.WithResize(keepsRatio ? ResizeMode.Letterbox : ResizeMode.Stretch);
            var preprocessor = new ImagePreprocessor(whole.Preprocessing, options.Decoding);
            return new InferenceView(preprocessor, new Lazy<VectorFingerprint>(() => Describe(whole, layout, options)));
        });
        _runtime = new InferenceRuntime(model, null, layout, Operation.Embed, options, logger, this) { Fingerprint = _fingerprint };
    }

    /// <summary>The model's id.</summary>
    public string ModelId { get; }

    /// <summary>The options that the extractor was built with.</summary>
    public FeatureExtractionOptions Options { get; }

    /// <summary>The engine as text for people, for example <c>ONNX Runtime 1.32.0, Cpu</c>.</summary>
    public string EngineDescription => _runtime.EngineDescription;

    /// <summary>The execution provider that ONNX Runtime runs on, after any fallback; <see langword="null"/> for the other engines.</summary>
    public ExecutionProvider? ExecutionProvider => _runtime.ExecutionProvider;

    /// <summary>The length of one vector: D, or 2·D for the class token and the mean of the patches together.</summary>
    public int EmbeddingWidth { get; }

    /// <summary>What makes the vectors, to store beside them. The first call reads all weights: 10 ms for a small model.</summary>
    public VectorFingerprint Fingerprint => _fingerprint.Value;

    /// <summary>What happens to each image before the backbone sees it.</summary>
    public ImagePreprocessor Preprocessor => _runtime.Preprocessor;

    /// <summary>One image's vector.</summary>
    /// <param name="image">The image; a string is the path of a file.</param>
    /// <param name="cancellationToken">Cancels before the network runs.</param>
    /// <returns><see cref="EmbeddingWidth"/> numbers, as <see cref="FeatureExtractionOptions.Pooling"/> says, scaled to length 1 if the options say
    /// so.</returns>
    /// <exception cref="ImageFormatException">The image cannot be decoded.</exception>
    /// <exception cref="FeatureException">The model computes numbers that are not finite for it.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to the file is denied.</exception>
    /// <exception cref="NativeLibraryException">SkiaSharp's native library, which decodes images, is missing or does not load.</exception>
    /// <exception cref="ObjectDisposedException">This object is disposed.</exception>
    public async Task<float[]> EmbedAsync(ImageSource image, CancellationToken cancellationToken = default) =>
        (await ExtractAsync(image, cancellationToken).ConfigureAwait(false)).Vector.ToArray();

    /// <summary>Computes one image's vector, and the other outputs that the options request.</summary>
    /// <inheritdoc cref="EmbedAsync" path="/param | /exception"/>
    public Task<ImageEmbedding> ExtractAsync(ImageSource image, CancellationToken cancellationToken = default) =>
        _runtime.RunOneAsync(image, cancellationToken);

    /// <summary>Processes many files, in order, with bounded memory. A file without a vector, such as one that cannot be read, gives a result
    /// with its error.</summary>
    /// <param name="paths">The files, enumerated during the run. A path that is null, empty or not legal gives a result with its error, too.</param>
    /// <param name="progress">Called after each image.</param>
    /// <param name="cancellationToken">Cancels between images.</param>
    /// <exception cref="ObjectDisposedException">This object is disposed.</exception>
    public IAsyncEnumerable<ImageEmbedding> EmbedFilesAsync(
        IEnumerable<string> paths, IProgress<InferenceProgress>? progress = null, CancellationToken cancellationToken = default) =>
        _runtime.RunFilesAsync(paths, progress, cancellationToken);

    /// <summary>Processes many images, in order, with bounded memory. An image without a vector, such as one that cannot be read, gives a result
    /// with its error.</summary>
    /// <param name="images">The images, enumerated during the run.</param>
    /// <param name="progress">Called after each image.</param>
    /// <param name="cancellationToken">Cancels between images.</param>
    /// <exception cref="ArgumentException">An image is null. Thrown after the results of the images before it.</exception>
    /// <exception cref="ObjectDisposedException">This object is disposed.</exception>
    public IAsyncEnumerable<ImageEmbedding> EmbedBatchAsync(
        IEnumerable<ImageSource> images, IProgress<InferenceProgress>? progress = null, CancellationToken cancellationToken = default) =>
        _runtime.RunManyAsync(images, progress, cancellationToken);

    /// <summary>Processes images that arrive asynchronously, for example from a queue, a database or a camera, in order.</summary>
    /// <inheritdoc cref="EmbedBatchAsync" path="/param | /exception"/>
    public IAsyncEnumerable<ImageEmbedding> EmbedStreamAsync(
        IAsyncEnumerable<ImageSource> images, IProgress<InferenceProgress>? progress = null, CancellationToken cancellationToken = default) =>
        _runtime.RunManyAsync(images, null, progress, cancellationToken);

    /// <summary>Cuts a large image into tiles, and gives the vector of each with its place, row by row. A TIFF file is read band by band, so that
    /// only one row of tiles is in memory; any other image is decoded as a whole.</summary>
    /// <param name="image">The image; a string is the path of a file.</param>
    /// <param name="options">The size of the tiles and their overlap; <see langword="null"/> for tiles of the model's size without overlap.</param>
    /// <param name="progress">Called after each tile.</param>
    /// <param name="cancellationToken">Cancels between tiles, and between rows of a TIFF file.</param>
    /// <returns>What <see cref="EmbedAsync"/> gives for each tile as an image of its own, with the model of
    /// <see cref="ScottModel.WithResize"/>(<see cref="ResizeMode.Stretch"/>), which shows the whole tile: their fingerprint says so. A model of
    /// <see cref="ResizeMode.Letterbox"/> keeps that. Percentiles of a <see cref="SampleRange"/> are those of each tile.</returns>
    /// <remarks>For a TIFF file, <see cref="ImageDecodingOptions.MaximumPixels"/> limits a row of tiles, and
    /// <see cref="ImageDecodingOptions.MaximumBytes"/> nothing. Damage further down is found when it is reached: tiles above it come first. A file
    /// that asks to be turned is decoded as a whole.</remarks>
    /// <exception cref="ScottConfigurationException">An option is not legal.</exception>
    /// <exception cref="ImageFormatException">The image cannot be decoded.</exception>
    /// <exception cref="FeatureException">The model computes numbers that are not finite for it.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="ObjectDisposedException">This object is disposed.</exception>
    public IAsyncEnumerable<TileEmbedding> EmbedTilesAsync(
        ImageSource image, TileOptions? options = null, IProgress<InferenceProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        PreprocessingSpec spec = Preprocessor.Spec;
        TileOptions complete = (options ?? new TileOptions()).WithDefaults(spec.ImageHeight, spec.ImageWidth);
        complete.Validate();
        return _runtime.RunTilesAsync(image, complete, _wholeTiles.Value, progress, cancellationToken);
    }

    /// <summary>Prevents new runs, and frees the engine when the last run in progress ends.</summary>
    public void Dispose() => _runtime.Dispose();

    private static VectorFingerprint Describe(ScottModel model, FeatureLayout layout, FeatureExtractionOptions options)
    {
        string output = layout.HasUnitLength ? $"{layout.Pooling}, unit length" : $"{layout.Pooling}";
        return options.Fingerprint(model, output, layout.VectorWidth) with { IsChecked = options.CheckFingerprint };
    }
}
