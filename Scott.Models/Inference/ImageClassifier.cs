using System.Runtime.ExceptionServices;
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
        ModelId = model.Metadata.Id;
        ClassNames = classifier.ClassNames;
        Thresholds = classifier.Thresholds;
        _runtime = new InferenceRuntime(
            model, classifier, FeatureLayout.ForClasses(model.Architecture, ClassNames.Count), Operation.Classify, options, logger, this);
    }

    /// <summary>The options that the classifier was built with.</summary>
    public ClassificationOptions Options { get; }

    /// <summary>The classifier's name: <see cref="ModelMetadata.Id"/>.</summary>
    public string ModelId { get; }

    /// <summary>The classes, in the order of their numbers.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <inheritdoc cref="ScottClassifier.Thresholds"/>
    public IReadOnlyList<float>? Thresholds { get; }

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
    /// <exception cref="FeatureException">The model computes numbers that are not finite for an image.</exception>
    /// <exception cref="InvalidOperationException">The classifier is multi-label: call <see cref="EvaluateMultiLabelAsync"/>.</exception>
    /// <exception cref="ObjectDisposedException">This object is disposed.</exception>
    public async Task<ClassificationMetrics> EvaluateAsync(
        IImageDataset labeled, IProgress<InferenceProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        Require(labeled, isMultiLabel: false);
        if (labeled.IsMultiLabel)
            throw new DatasetException(labeled.Name, "its images can have several labels; expected one label for each.");

        labeled = LabeledClasses.Align(ClassNames, labeled, nameof(labeled));
        int[] indices = [.. Enumerable.Range(0, labeled.Count).Where(index => LabeledClasses.LabelOf(labeled, index) is not null)];
        float[] logits = await ReadLogitsAsync(labeled, indices, progress, cancellationToken).ConfigureAwait(false);
        return ClassificationMetrics.FromLogits(logits, [.. indices.Select(index => labeled.LabelOf(index)!.Value)], ClassNames);
    }

    /// <summary>Measures a multi-label classifier on labeled images, with its <see cref="Thresholds"/>. Images without known labels are left
    /// out.</summary>
    /// <param name="labeled">Images with the same labels, or some of them, in any order. Images with one label each are allowed.</param>
    /// <param name="progress">Called after each image.</param>
    /// <param name="cancellationToken">Cancels between images.</param>
    /// <exception cref="ArgumentException">The images have a label that the classifier does not have, or no labels.</exception>
    /// <exception cref="DatasetException">No image is labeled, or one cannot be read: the metrics would not show that it is left out.</exception>
    /// <exception cref="FeatureException">The model computes numbers that are not finite for an image.</exception>
    /// <exception cref="InvalidOperationException">The classes exclude each other: call <see cref="EvaluateAsync"/>.</exception>
    /// <exception cref="ObjectDisposedException">This object is disposed.</exception>
    public async Task<MultiLabelMetrics> EvaluateMultiLabelAsync(
        IImageDataset labeled, IProgress<InferenceProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        Require(labeled, isMultiLabel: true);
        labeled = LabeledClasses.Align(ClassNames, labeled, nameof(labeled));
        int[] indices = [.. Enumerable.Range(0, labeled.Count).Where(index => LabeledClasses.LabelsOf(labeled, index) is not null)];
        float[] logits = await ReadLogitsAsync(labeled, indices, progress, cancellationToken).ConfigureAwait(false);
        return MultiLabelMetrics.FromLogits(logits, [.. indices.Select(index => labeled.LabelsOf(index)!)], ClassNames, Thresholds);
    }

    /// <inheritdoc cref="FeatureExtractor.Dispose"/>
    public void Dispose() => _runtime.Dispose();

    private void Require(IImageDataset labeled, bool isMultiLabel)
    {
        ArgumentNullException.ThrowIfNull(labeled);
        if (isMultiLabel != (Thresholds is not null))
        {
            throw new InvalidOperationException(isMultiLabel
                ? $"The classes of this classifier exclude each other. Call {nameof(EvaluateAsync)}."
                : $"This classifier is multi-label. Call {nameof(EvaluateMultiLabelAsync)}.");
        }
    }

    /// <summary>The logits of some images, [M, C].</summary>
    private async Task<float[]> ReadLogitsAsync(
        IImageDataset labeled, int[] indices, IProgress<InferenceProgress>? progress, CancellationToken cancellationToken)
    {
        if (indices.Length == 0)
            throw new DatasetException(labeled.Name, "none of its images is labeled.");

        if ((long)indices.Length * ClassNames.Count > Array.MaxLength)
        {
            throw new DatasetException(
                labeled.Name,
                $"it has {Plural.Of(indices.Length, "labeled image")} for {Plural.Of(ClassNames.Count, "class", "classes")}, too many for one call. "
                    + "Measure parts of it.");
        }

        float[] logits = new float[indices.Length * ClassNames.Count];
        IAsyncEnumerable<ImageEmbedding> results = _runtime.RunManyAsync(indices.Select(labeled.SourceOf), progress, cancellationToken);
        await foreach (ImageEmbedding result in results.ConfigureAwait(false))
        {
            if (result.Error is FeatureException)
                ExceptionDispatchInfo.Throw(result.Error);

            if (result.Error is { } error)
                throw new DatasetException(result.Name, $"it cannot be read: {error.Message} Remove or repair the file.", error);

            result.Logits!.CopyTo(logits, (int)result.Index * ClassNames.Count);
        }

        return logits;
    }

    private ImagePrediction Predict(ImageEmbedding result) => new(result, ClassNames, Options.TopClasses, Thresholds);
}
