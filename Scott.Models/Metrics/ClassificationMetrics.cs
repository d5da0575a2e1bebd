using System.Numerics.Tensors;

namespace Scott.Models.Metrics;

/// <summary>How well a classifier does on labeled images, whatever makes its probabilities. Immutable; equal by value.</summary>
/// <remarks>The most likely class is the first of those with the highest probability.</remarks>
public sealed record ClassificationMetrics
{
    /// <summary>How many of the most likely classes <see cref="Top5"/> looks at; all of them if there are fewer.</summary>
    public const int TopClasses = 5;

    /// <summary>The bins of <see cref="CalibrationError"/>.</summary>
    public const int CalibrationBins = 15;

    private ClassificationMetrics(ConfusionMatrix confusion, double top5, double calibrationError) =>
        (Confusion, Top5, CalibrationError) = (confusion, top5, calibrationError);

    /// <summary>The images measured on.</summary>
    public int Images => Confusion.Images;

    /// <summary>The share of images whose most likely class is the right one, in [0, 1].</summary>
    public double Top1 => (double)Enumerable.Range(0, Confusion.ClassNames.Count).Sum(label => Confusion[label, label]) / Images;

    /// <summary>The share of images whose right class is among the five most likely, in [0, 1]; 1 if there are no more than five classes.</summary>
    public double Top5 { get; }

    /// <summary>The mean of the classes' recalls, in [0, 1]: every class that has an image counts the same, however many it has.</summary>
    public double MeanPerClassTop1 => Classes.Average(each => each.Recall)!.Value;

    /// <summary>How far confidence is from accuracy, in [0, 1]: the expected calibration error.</summary>
    /// <remarks>
    /// 15 equal bins by the probability of the most likely class; the distance between a bin's mean probability and its accuracy, averaged over
    /// images. Guo et al., "On calibration of modern neural networks", 2017, section 2.
    /// </remarks>
    public double CalibrationError { get; }

    /// <summary>Each class's own figures, in the order of their numbers.</summary>
    public IReadOnlyList<ClassMetrics> Classes => [.. Confusion.ClassNames.Select(
        (name, label) => new ClassMetrics(name, Confusion.CountActual(label), Confusion[label, label], Confusion.CountPredicted(label)))];

    /// <summary>Which classes were taken for which.</summary>
    public ConfusionMatrix Confusion { get; }

    /// <summary>Measures probabilities.</summary>
    /// <param name="probabilities">[M, C], row-major: for each image a number in [0, 1] for each class, which sum to 1.</param>
    /// <param name="labels">[M]: each image's class, from 0. At least one.</param>
    /// <param name="classNames">[C]: the classes, in the order of their numbers.</param>
    /// <exception cref="ArgumentException">Something does not fit the rest, or an image has no probabilities.</exception>
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

    /// <summary>Measures logits: their softmax is what is measured.</summary>
    /// <param name="logits">[M, C], row-major.</param>
    /// <param name="labels">[M]: each image's class, from 0. At least one.</param>
    /// <param name="classNames">[C]: the classes, in the order of their numbers.</param>
    /// <exception cref="ArgumentException">Something does not fit the rest, or a logit is not finite.</exception>
    public static ClassificationMetrics FromLogits(ReadOnlySpan<float> logits, IReadOnlyList<int> labels, IReadOnlyList<string> classNames)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(classNames);
        return FromProbabilities(ClassScores.Softmax(logits, classNames.Count), labels, classNames);
    }

    /// <summary>All figures as JSON.</summary>
    public string ToJson() => MetricsJson.Write(this);

    /// <summary>The per-class table as comma-separated text.</summary>
    public string ToCsv() => MetricsCsv.Write(Classes);

    /// <summary>Writes <c>metrics.json</c>, <c>classes.csv</c>, <c>confusion.csv</c> and <c>confusion.svg</c>; existing ones are replaced.</summary>
    /// <param name="folder">Made if it is not there.</param>
    /// <param name="cancellationToken">Cancels between and within files; each is whole or not there.</param>
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

    /// <summary>The overall figures in one line.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"top-1 {Top1:P1}, top-5 {Top5:P1}, mean per class {MeanPerClassTop1:P1}, ")
        + FormattableString.Invariant($"calibration error {CalibrationError:F3}, {Plural.Of(Images, "image")}");
}

/// <summary>How a classifier does on one class.</summary>
/// <param name="Name">The class.</param>
/// <param name="Images">Images of the class.</param>
/// <param name="Correct">Those of them that were put into it.</param>
/// <param name="Predicted">All images that were put into it, of whatever class.</param>
public readonly record struct ClassMetrics(string Name, int Images, int Correct, int Predicted)
{
    /// <summary>The share of the class's images that were put into it, in [0, 1]; <see langword="null"/> if it has none.</summary>
    public double? Recall => Images > 0 ? (double)Correct / Images : null;

    /// <summary>The share of the images put into the class that belong to it, in [0, 1]; <see langword="null"/> if there are none.</summary>
    public double? Precision => Predicted > 0 ? (double)Correct / Predicted : null;
}
