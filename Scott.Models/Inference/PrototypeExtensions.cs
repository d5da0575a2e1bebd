using System.Runtime.ExceptionServices;
using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Inference;
using Scott.Models.Metrics;

namespace Scott.Models;

/// <summary>Gives a <see cref="PrototypeClassifier"/> images instead of vectors. All refuse vectors of another model or other settings.</summary>
public static class PrototypeExtensions
{
    /// <summary>Adds an image to a class, which is new if it has none. The image's name is that of the embedding, often its path; it replaces an
    /// image of that name. So give images from memory names of their own, as in <c>ImageSource.FromBytes(bytes, "name")</c>.</summary>
    /// <param name="classifier">The classes.</param>
    /// <param name="className">The class.</param>
    /// <param name="embedding">The image's features.</param>
    /// <exception cref="FingerprintMismatchException">Something else made the classifier's vectors. Nothing is added.</exception>
    /// <exception cref="ArgumentException">A name is empty, or the vector has another length.</exception>
    /// <exception cref="InvalidOperationException">The embedding has no vector.</exception>
    public static void Add(this PrototypeClassifier classifier, string className, ImageEmbedding embedding)
    {
        Require(classifier, embedding);
        classifier.Add(className, embedding.Name, embedding.Vector.Span);
    }

    /// <summary>Adds image files to a class in one step. Each is known by its path as given.</summary>
    /// <param name="classifier">The classes.</param>
    /// <param name="extractor">What makes the vectors.</param>
    /// <param name="className">The class.</param>
    /// <param name="paths">The images.</param>
    /// <param name="progress">Called after each image.</param>
    /// <param name="cancellationToken">Cancels between images. Nothing is added.</param>
    /// <exception cref="FingerprintMismatchException">Something else made the classifier's vectors. Nothing is added.</exception>
    /// <exception cref="ImageFormatException">An image cannot be decoded. Nothing is added.</exception>
    /// <exception cref="IOException">A file cannot be read. Nothing is added.</exception>
    public static async Task AddAsync(
        this PrototypeClassifier classifier, FeatureExtractor extractor, string className, IEnumerable<string> paths,
        IProgress<InferenceProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        Require(classifier, extractor);
        ArgumentException.ThrowIfNullOrEmpty(className);
        List<PrototypeExample> examples = [];
        await foreach (ImageEmbedding embedding in extractor.EmbedFilesAsync(paths, progress, cancellationToken).ConfigureAwait(false))
        {
            if (embedding.Error is { } error)
                ExceptionDispatchInfo.Throw(error);

            examples.Add(new PrototypeExample(className, embedding.Name, embedding.Vector));
        }

        classifier.AddRange(examples);
    }

    /// <summary>Calibrates with labeled images that the classes do not learn from: see <see cref="PrototypeClassifier.Calibrate"/>.</summary>
    /// <param name="classifier">The classes.</param>
    /// <param name="extractor">What makes the vectors.</param>
    /// <param name="heldOut">The images. Those without a label are left out.</param>
    /// <param name="progress">Called after each image.</param>
    /// <param name="cancellationToken">Cancels between images. Nothing is changed.</param>
    /// <exception cref="FingerprintMismatchException">Something else made the classifier's vectors.</exception>
    /// <exception cref="DatasetException">No image is labeled, or one cannot be read.</exception>
    /// <exception cref="ArgumentException">An image has the name of an example, or of another image.</exception>
    public static async Task CalibrateAsync(
        this PrototypeClassifier classifier, FeatureExtractor extractor, IImageDataset heldOut,
        IProgress<InferenceProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        Require(classifier, extractor);
        ArgumentNullException.ThrowIfNull(heldOut);
        IImageDataset labeled = LabeledClasses.RemoveUnlabeled(heldOut);
        IEnumerable<KeyValuePair<string, int>> names = Enumerable.Range(0, labeled.Count).Select(labeled.NameOf).CountBy(name => name);
        foreach ((string name, int count) in names.Where(each => each.Value > 1))
        {
            throw new ArgumentException(
                $"{Plural.Of(count, "image")} have the name '{name}'. Give each a name of its own, as in ImageSource.FromBytes(bytes, name).",
                nameof(heldOut));
        }

        List<PrototypeExample> examples = [];
        IEnumerable<ImageSource> images = Enumerable.Range(0, labeled.Count).Select(labeled.SourceOf);
        await foreach (ImageEmbedding embedding in extractor.EmbedBatchAsync(images, progress, cancellationToken).ConfigureAwait(false))
        {
            if (embedding.Error is { } error)
                throw new DatasetException(embedding.Name, $"it cannot be read: {error.Message} Remove or repair the file.", error);

            int index = (int)embedding.Index;
            examples.Add(new PrototypeExample(labeled.ClassNames[labeled.LabelOf(index)!.Value], labeled.NameOf(index), embedding.Vector));
        }

        classifier.Calibrate(examples);
    }

    /// <summary>Classifies an image's features.</summary>
    /// <param name="classifier">The classes.</param>
    /// <param name="embedding">The image's features.</param>
    /// <param name="unknownRate">See <see cref="PrototypeClassifier.Classify"/>.</param>
    /// <exception cref="FingerprintMismatchException">Something else made the classifier's vectors.</exception>
    /// <exception cref="InvalidOperationException">The embedding has no vector.</exception>
    public static PrototypePrediction Classify(
        this PrototypeClassifier classifier, ImageEmbedding embedding, double unknownRate = PrototypeClassifier.DefaultUnknownRate)
    {
        Require(classifier, embedding);
        return classifier.Classify(embedding.Vector.Span, unknownRate);
    }

    /// <summary>Classifies an image.</summary>
    /// <param name="classifier">The classes.</param>
    /// <param name="extractor">What makes the vector.</param>
    /// <param name="image">The image; a string is the path of a file.</param>
    /// <param name="unknownRate">See <see cref="PrototypeClassifier.Classify"/>.</param>
    /// <param name="cancellationToken">Cancels before the network runs.</param>
    /// <exception cref="FingerprintMismatchException">Something else made the classifier's vectors.</exception>
    /// <exception cref="ImageFormatException">The image cannot be decoded.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static async Task<PrototypePrediction> ClassifyAsync(
        this PrototypeClassifier classifier, FeatureExtractor extractor, ImageSource image,
        double unknownRate = PrototypeClassifier.DefaultUnknownRate, CancellationToken cancellationToken = default)
    {
        Require(classifier, extractor);
        return classifier.Classify(await extractor.ExtractAsync(image, cancellationToken).ConfigureAwait(false), unknownRate);
    }

    /// <summary>The set of classes that holds the image's right class with a stated probability.</summary>
    /// <param name="classifier">The classes.</param>
    /// <param name="embedding">The image's features.</param>
    /// <param name="coverage">See <see cref="PrototypeClassifier.PredictSet"/>.</param>
    /// <exception cref="FingerprintMismatchException">Something else made the classifier's vectors.</exception>
    /// <exception cref="InvalidOperationException">The embedding has no vector.</exception>
    public static IReadOnlyList<PrototypeScore> PredictSet(this PrototypeClassifier classifier, ImageEmbedding embedding, double coverage)
    {
        Require(classifier, embedding);
        return classifier.PredictSet(embedding.Vector.Span, coverage);
    }

    private static void Require(PrototypeClassifier classifier, FeatureExtractor extractor)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        ArgumentNullException.ThrowIfNull(extractor);
        classifier.RequireMatch(extractor.Fingerprint);
    }

    private static void Require(PrototypeClassifier classifier, ImageEmbedding embedding)
    {
        ArgumentNullException.ThrowIfNull(classifier);
        ArgumentNullException.ThrowIfNull(embedding);
        classifier.RequireMatch(embedding.Fingerprint);
    }
}
