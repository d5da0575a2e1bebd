using System.Numerics.Tensors;

namespace Scott.Models.Metrics;

/// <summary>Measures how well a classifier does on labeled images, from probabilities or logits of any origin. Immutable; equal by value.</summary>
/// <remarks>If several classes have the highest probability, the first one is the most likely class.</remarks>
public sealed record ClassificationMetrics
{
    /// <summary>The number of most likely classes that <see cref="Top5"/> checks; all classes if there are fewer.</summary>
    public const int TopClasses = 5;

    /// <summary>The number of bins of <see cref="CalibrationError"/>.</summary>
    public const int CalibrationBins = 15;

    private ClassificationMetrics(ConfusionMatrix confusion, double top5, double calibrationError) =>
        (Confusion, Top5, CalibrationError) = (confusion, top5, calibrationError);

    /// <summary>The number of images.</summary>
    public int Images => Confusion.Images;

    /// <summary>The share of images whose most likely class is the right one, in [0, 1].</summary>
    public double Top1 => (double)Enumerable.Range(0, Confusion.ClassNames.Count).Sum(label => Confusion[label, label]) / Images;

    /// <summary>The share of images whose right class is among the five most likely, in [0, 1]; 1 if there are no more than five classes.</summary>
    /// <remarks>Among more than five classes, one of probability 0 does not count, as a class for which no neighbor votes.</remarks>
    public double Top5 { get; }

    /// <summary>The mean recall of all classes that have images, in [0, 1]. Each class counts the same, whatever its number of images.</summary>
    public double MeanPerClassTop1 => Classes.Average(each => each.Recall)!.Value;

    /// <summary>The expected calibration error, in [0, 1]: how much confidence and accuracy differ.</summary>
    /// <remarks>
    /// The images are in 15 equal bins by the probability of their most likely class. The error is the mean over images of the distance between
    /// the mean probability and the accuracy of the bin. Guo et al., "On calibration of modern neural networks", 2017, section 2.
    /// </remarks>
    public double CalibrationError { get; }

    /// <summary>The metrics of each class, in the order of the class numbers.</summary>
    public IReadOnlyList<ClassMetrics> Classes => [.. Confusion.ClassNames.Select(
        (name, label) => new ClassMetrics(name, Confusion.CountActual(label), Confusion[label, label], Confusion.CountPredicted(label)))];

    /// <summary>The confusion matrix: how many images of each class were predicted as each class.</summary>
    public ConfusionMatrix Confusion { get; }

    /// <summary>Computes the metrics from probabilities.</summary>
    /// <param name="probabilities">[M, C], row-major: for each image, C probabilities in [0, 1] whose sum is 1, within 0.01.</param>
    /// <param name="labels">[M]: each image's class, from 0. At least one.</param>
    /// <param name="classNames">[C]: the classes, in the order of their numbers.</param>
    /// <exception cref="ArgumentException">The sizes do not fit each other, a label has no name, or a row is not a distribution.</exception>
    public static ClassificationMetrics FromProbabilities(
        ReadOnlySpan<float> probabilities, IReadOnlyList<int> labels, IReadOnlyList<string> classNames)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(classNames);
        ClassScores.RequireProbabilities(probabilities, labels.Count, classNames.Count);
        int[] predicted = new int[labels.Count];
        float[] confidences = new float[labels.Count];
        for (int i = 0; i < predicted.Length; i++)
        {
            ReadOnlySpan<float> row = probabilities.Slice(i * classNames.Count, classNames.Count);
            predicted[i] = TensorPrimitives.IndexOfMax(row);
            confidences[i] = row[predicted[i]];
        }

        var confusion = ConfusionMatrix.FromPredictions(labels, predicted, classNames);
        bool[] isRight = [.. predicted.Zip(labels, (guess, label) => guess == label)];
        double top5 = ClassScores.ShareAmongMostLikely(probabilities, labels, TopClasses);
        return new ClassificationMetrics(confusion, top5, Calibration.ExpectedError(confidences, isRight, CalibrationBins));
    }

    /// <summary>Computes the metrics from logits, after a softmax.</summary>
    /// <param name="logits">[M, C], row-major.</param>
    /// <param name="labels">[M]: each image's class, from 0. At least one.</param>
    /// <param name="classNames">[C]: the classes, in the order of their numbers.</param>
    /// <exception cref="ArgumentException">The sizes do not fit each other, a label has no name, or a logit is not finite.</exception>
    public static ClassificationMetrics FromLogits(ReadOnlySpan<float> logits, IReadOnlyList<int> labels, IReadOnlyList<string> classNames)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(classNames);
        return FromProbabilities(ClassScores.Softmax(logits, classNames.Count), labels, classNames);
    }

    /// <summary>Writes all metrics as JSON.</summary>
    public string ToJson() => MetricsJson.Write(this);

    /// <summary>Writes the metrics of each class as comma-separated text.</summary>
    public string ToCsv() => MetricsCsv.Write(Classes);

    /// <summary>Writes <c>metrics.json</c>, <c>classes.csv</c>, <c>confusion.csv</c> and <c>confusion.svg</c>. Replaces existing files.</summary>
    /// <param name="folder">The folder. It is created if it does not exist.</param>
    /// <param name="cancellationToken">Cancels. Each file is then written completely, or not at all.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public async Task SaveAsync(string folder, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Directory.CreateDirectory(folder);
        async Task WriteAsync(string name, string text) =>
            await AtomicFile.WriteBytesAsync(Path.Combine(folder, name), Encoding.UTF8.GetBytes(text), cancellationToken).ConfigureAwait(false);
        await WriteAsync("metrics.json", ToJson()).ConfigureAwait(false);
        await WriteAsync("classes.csv", ToCsv()).ConfigureAwait(false);
        await WriteAsync("confusion.csv", Confusion.ToCsv()).ConfigureAwait(false);
        await WriteAsync("confusion.svg", Confusion.ToSvg()).ConfigureAwait(false);
    }

    /// <summary>The overall metrics in one line.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"top-1 {Top1:P1}, top-5 {Top5:P1}, mean per class {MeanPerClassTop1:P1}, ")
        + FormattableString.Invariant($"calibration error {CalibrationError:F3}, {Plural.Of(Images, "image")}");
}

/// <summary>The metrics of a classifier for one class.</summary>
/// <param name="Name">The class.</param>
/// <param name="Images">The number of images of the class.</param>
/// <param name="Correct">The number of these that were predicted as this class.</param>
/// <param name="Predicted">The number of images of all classes that were predicted as this class.</param>
public readonly record struct ClassMetrics(string Name, int Images, int Correct, int Predicted)
{
    /// <summary>The share of the class's images that were predicted as this class, in [0, 1]; <see langword="null"/> if it has none.</summary>
    public double? Recall => Images > 0 ? (double)Correct / Images : null;

    /// <summary>The share of the images predicted as this class that belong to it, in [0, 1]; <see langword="null"/> if there are none.</summary>
    public double? Precision => Predicted > 0 ? (double)Correct / Predicted : null;
}
