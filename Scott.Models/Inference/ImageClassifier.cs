using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Metrics;
using Scott.Models.Onnx;

namespace Scott.Models.Inference;

/// <summary>Says which class images belong to. Made by <c>ScottClassifier.Classify()</c>. Thread-safe.</summary>
/// <remarks>Dispose it when you no longer need it. Runs in progress can finish.</remarks>
public sealed class ImageClassifier : IDisposable
{
    private readonly InferenceRuntime _runtime;

    internal ImageClassifier(ScottClassifier classifier, ClassificationOptions options, ILogger logger)
    {
        ScottModel model = classifier.Model;
        options.Validate(model.Architecture);
        Options = options;
        ClassNames = classifier.ClassNames;
        _runtime = new InferenceRuntime(
            model, classifier, FeatureLayout.ForClasses(model.Architecture, ClassNames.Count), Operation.Classify, options, logger, this);
    }

    /// <summary>The options that the classifier was built with.</summary>
    public ClassificationOptions Options { get; }

    /// <summary>The classes, in the order of their numbers.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <inheritdoc cref="FeatureExtractor.EngineDescription"/>
    public string EngineDescription => _runtime.EngineDescription;

    /// <inheritdoc cref="FeatureExtractor.ExecutionProvider"/>
    public ExecutionProvider? ExecutionProvider => _runtime.ExecutionProvider;

    /// <inheritdoc cref="FeatureExtractor.Preprocessor"/>
    public ImagePreprocessor Preprocessor => _runtime.Preprocessor;

    /// <summary>One image's classes.</summary>
    /// <inheritdoc cref="FeatureExtractor.EmbedAsync" path="/param | /exception"/>
    public async Task<ImagePrediction> ClassifyAsync(ImageSource image, CancellationToken cancellationToken = default) =>
        Predict(await _runtime.RunOneAsync(image, cancellationToken).ConfigureAwait(false));

    /// <inheritdoc cref="FeatureExtractor.EmbedFilesAsync"/>
    public IAsyncEnumerable<ImagePrediction> ClassifyFilesAsync(
        IEnumerable<string> paths, IProgress<InferenceProgress>? progress = null, CancellationToken cancellationToken = default) =>
        _runtime.RunFilesAsync(paths, progress, cancellationToken).Select(Predict);

    /// <inheritdoc cref="FeatureExtractor.EmbedBatchAsync"/>
    public IAsyncEnumerable<ImagePrediction> ClassifyBatchAsync(
        IEnumerable<ImageSource> images, IProgress<InferenceProgress>? progress = null, CancellationToken cancellationToken = default) =>
        _runtime.RunManyAsync(images, progress, cancellationToken).Select(Predict);

    /// <inheritdoc cref="FeatureExtractor.EmbedStreamAsync"/>
    public IAsyncEnumerable<ImagePrediction> ClassifyStreamAsync(
        IAsyncEnumerable<ImageSource> images, IProgress<InferenceProgress>? progress = null, CancellationToken cancellationToken = default) =>
        _runtime.RunManyAsync(images, null, progress, cancellationToken).Select(Predict);

    /// <summary>Measures the classifier on labeled images. Images without a label are left out.</summary>
    /// <param name="labeled">Images with the same classes, or some of them, in any order.</param>
    /// <param name="progress">Called after each image.</param>
    /// <param name="cancellationToken">Cancels between images.</param>
    /// <exception cref="ArgumentException">The images have a class that the classifier does not have, or no classes.</exception>
    /// <exception cref="DatasetException">No image is labeled, or one cannot be read: the metrics would not show that it is left out.</exception>
    /// <exception cref="ObjectDisposedException">This object is disposed.</exception>
    public async Task<ClassificationMetrics> EvaluateAsync(
        IImageDataset labeled, IProgress<InferenceProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(labeled);
        labeled = LabeledClasses.Align(ClassNames, labeled, nameof(labeled));
        int[] indices = [.. Enumerable.Range(0, labeled.Count).Where(index => labeled.LabelOf(index) is not null)];
        if (indices.Length == 0)
            throw new DatasetException(labeled.Name, "none of its images is labeled.");

        float[] logits = new float[indices.Length * ClassNames.Count];
        IAsyncEnumerable<ImageEmbedding> results = _runtime.RunManyAsync(indices.Select(labeled.SourceOf), progress, cancellationToken);
        await foreach (ImageEmbedding result in results.ConfigureAwait(false))
        {
            if (result.Error is { } error)
                throw new DatasetException(result.Name, $"it cannot be read: {error.Message} Remove or repair the file.", error);

            result.Logits!.CopyTo(logits, (int)result.Index * ClassNames.Count);
        }

        return ClassificationMetrics.FromLogits(logits, [.. indices.Select(index => labeled.LabelOf(index)!.Value)], ClassNames);
    }

    /// <inheritdoc cref="FeatureExtractor.Dispose"/>
    public void Dispose() => _runtime.Dispose();

    private ImagePrediction Predict(ImageEmbedding result) => new(result, ClassNames, Options.TopClasses);
}
