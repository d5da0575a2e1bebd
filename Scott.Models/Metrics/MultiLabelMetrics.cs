namespace Scott.Models.Metrics;

/// <summary>Measures a classifier whose labels do not exclude each other, from probabilities or logits of any origin. Immutable.</summary>
/// <remarks>An image counts as having a label if the probability reaches the label's threshold. A label that no image has counts in
/// <see cref="MicroF1"/> and <see cref="HammingLoss"/>, but has no average precision, and is left out of the means over labels.</remarks>
public sealed class MultiLabelMetrics
{
    /// <summary>The threshold of each label, unless others are given.</summary>
    public const float DefaultThreshold = 0.5f;

    private MultiLabelMetrics(int images, IReadOnlyList<LabelMetrics> labels) => (Images, Labels) = (images, labels);

    /// <summary>The number of images.</summary>
    public int Images { get; }

    /// <summary>The mean of the labels' average precisions (mAP), in [0, 1]; <see langword="null"/> if no image has a label.</summary>
    /// <remarks>See <see cref="LabelMetrics.AveragePrecision"/>. Scores that say nothing have about <see cref="ChanceAveragePrecision"/>.</remarks>
    public double? MeanAveragePrecision => Labels.Average(label => label.AveragePrecision);

    /// <summary>The mean, over the labels that images have, of the share of images that have the label: about the mAP of scores drawn at
    /// random.</summary>
    public double? ChanceAveragePrecision => Labels.Where(label => label.Images > 0).Average(label => (double?)label.Images / Images);

    /// <summary>F1 of all decisions about all labels together, in [0, 1]; <see langword="null"/> if no image has a label or is given one.</summary>
    public double? MicroF1 => new LabelMetrics(
        string.Empty, Labels.Sum(label => label.Images), Labels.Sum(label => label.Predicted), Labels.Sum(label => label.Correct), null, 0).F1;

    /// <summary>The mean F1 of the labels that images have, in [0, 1]; <see langword="null"/> if no image has a label.</summary>
    public double? MacroF1 => Labels.Where(label => label.Images > 0).Average(label => label.F1);

    /// <summary>The share of wrong decisions, in [0, 1]. There is one decision for each image and label.</summary>
    public double HammingLoss => Labels.Average(label => (double)(label.Images + label.Predicted - (2 * label.Correct)) / Images);

    /// <summary>The metrics of each label, in the order of the label numbers.</summary>
    public IReadOnlyList<LabelMetrics> Labels { get; }

    /// <summary>Computes the metrics from probabilities.</summary>
    /// <param name="probabilities">[M, C], row-major: for each image, C probabilities in [0, 1] that need not sum to 1.</param>
    /// <param name="labels">[M]: the numbers of each image's labels, from 0; empty for none. At least one image.</param>
    /// <param name="classNames">[C]: the labels, in the order of their numbers. At least one.</param>
    /// <param name="thresholds">[C]: the probability from which on an image counts as having the label; <see langword="null"/> for
    /// <see cref="DefaultThreshold"/>.</param>
    /// <exception cref="ArgumentException">The sizes do not fit each other, a label has no name, or a number is not in [0, 1].</exception>
    public static MultiLabelMetrics FromProbabilities(
        ReadOnlySpan<float> probabilities, IReadOnlyList<IReadOnlyList<int>> labels, IReadOnlyList<string> classNames,
        IReadOnlyList<float>? thresholds = null)
    {
        MultiLabelScores.RequireProbabilities(probabilities, nameof(probabilities));
        return Measure(probabilities, probabilities, labels, classNames, thresholds);
    }

    /// <summary>Computes the metrics from logits, after a sigmoid. The logits themselves rank the images: probabilities near 1 may be
    /// equal.</summary>
    /// <param name="logits">[M, C], row-major.</param>
    /// <param name="labels">As for <see cref="FromProbabilities"/>.</param>
    /// <param name="classNames">As for <see cref="FromProbabilities"/>.</param>
    /// <param name="thresholds">As for <see cref="FromProbabilities"/>: probabilities, not logits.</param>
    /// <exception cref="ArgumentException">The sizes do not fit each other, a label has no name, a logit is not finite, or a threshold is not in
    /// [0, 1].</exception>
    public static MultiLabelMetrics FromLogits(
        ReadOnlySpan<float> logits, IReadOnlyList<IReadOnlyList<int>> labels, IReadOnlyList<string> classNames,
        IReadOnlyList<float>? thresholds = null)
    {
        MultiLabelScores.RequireFinite(logits, nameof(logits));
        return Measure(logits, Sigmoid.Of(logits), labels, classNames, thresholds);
    }

    /// <summary>Chooses for each label the threshold with the highest F1. Do not measure F1 on the same images: it looks better than it is.</summary>
    /// <param name="probabilities">As for <see cref="FromProbabilities"/>.</param>
    /// <param name="labels">As for <see cref="FromProbabilities"/>.</param>
    /// <param name="classes">C, at least 1.</param>
    /// <returns>[C]: in the middle between two images' probabilities; <see cref="DefaultThreshold"/> for a label that no image has. Of equally good
    /// thresholds the highest.</returns>
    /// <exception cref="ArgumentException">The sizes do not fit each other, a label is not below C, or a number is not in [0, 1].</exception>
    public static float[] ChooseThresholds(ReadOnlySpan<float> probabilities, IReadOnlyList<IReadOnlyList<int>> labels, int classes)
    {
        MultiLabelScores.RequireProbabilities(probabilities, nameof(probabilities));
        bool[][] has = MultiLabelScores.ByLabel(labels, classes, probabilities.Length);
        float[] thresholds = new float[classes];
        for (int label = 0; label < classes; label++)
            thresholds[label] = LabelThresholds.Choose(MultiLabelScores.Column(probabilities, label, classes), has[label]);

        return thresholds;
    }

    /// <summary>Writes all metrics as JSON.</summary>
    public string ToJson() => MetricsJson.Write(this);

    /// <summary>Writes the metrics of each label as comma-separated text.</summary>
    public string ToCsv() => MetricsCsv.Write(Labels);

    /// <summary>Writes <c>metrics.json</c> and <c>labels.csv</c>. Replaces existing files.</summary>
    /// <param name="folder">The folder. It is created if it does not exist.</param>
    /// <param name="cancellationToken">Cancels. Each file is then written completely, or not at all.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public async Task SaveAsync(string folder, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Directory.CreateDirectory(folder);
        foreach ((string name, string text) in new[] { ("metrics.json", ToJson()), ("labels.csv", ToCsv()) })
        {
            await AtomicFile.WriteBytesAsync(Path.Combine(folder, name), Encoding.UTF8.GetBytes(text), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The overall metrics in one line.</summary>
    public override string ToString() =>
        $"mAP {Share(MeanAveragePrecision)}, micro F1 {Share(MicroF1)}, macro F1 {Share(MacroF1)}, "
        + FormattableString.Invariant($"Hamming loss {HammingLoss:F3}, {Plural.Of(Images, "image")}");

    private static string Share(double? figure) => figure?.ToString("P1", CultureInfo.InvariantCulture) ?? "unknown";

    private static MultiLabelMetrics Measure(
        ReadOnlySpan<float> scores, ReadOnlySpan<float> probabilities, IReadOnlyList<IReadOnlyList<int>> labels, IReadOnlyList<string> classNames,
        IReadOnlyList<float>? thresholds)
    {
        string[] names = Items.NotNull(classNames, "the name of a label");
        bool[][] has = MultiLabelScores.ByLabel(labels, names.Length, scores.Length);
        float[] limits = thresholds is null ? [.. names.Select(_ => DefaultThreshold)] : [.. thresholds];
        if (limits.Length != names.Length)
            throw new ArgumentException($"There are {Plural.Of(limits.Length, "threshold")}; expected {names.Length}.", nameof(thresholds));

        MultiLabelScores.RequireProbabilities(limits, nameof(thresholds));
        var measured = new LabelMetrics[names.Length];
        for (int label = 0; label < measured.Length; label++)
        {
            float[] given = MultiLabelScores.Column(probabilities, label, names.Length);
            bool[] isGiven = [.. given.Select(probability => probability >= limits[label])];
            int correct = isGiven.Zip(has[label]).Count(pair => pair is { First: true, Second: true });
            double? precision = AveragePrecision.Of(MultiLabelScores.Column(scores, label, names.Length), has[label]);
            measured[label] = new LabelMetrics(
                names[label], has[label].Count(each => each), isGiven.Count(each => each), correct, precision, limits[label]);
        }

        return new MultiLabelMetrics(labels.Count, Array.AsReadOnly(measured));
    }
}

/// <summary>The metrics of a classifier for one label.</summary>
/// <param name="Name">The label.</param>
/// <param name="Images">The number of images that have the label.</param>
/// <param name="Predicted">The number of images whose probability reaches <paramref name="Threshold"/>.</param>
/// <param name="Correct">The number of these that have the label.</param>
/// <param name="AveragePrecision">How well the scores rank the images that have the label before the others, at any threshold, in [0, 1];
/// <see langword="null"/> if no image has it. The sum of (Rₙ − Rₙ₋₁) · Pₙ over the images' scores as thresholds, falling, with precision P and recall
/// R. Images with equal scores count together. It equals scikit-learn's <c>average_precision_score</c>.</param>
/// <param name="Threshold">The probability from which on an image counts as having the label.</param>
public readonly record struct LabelMetrics(string Name, int Images, int Predicted, int Correct, double? AveragePrecision, float Threshold)
{
    /// <summary>The share of the label's images that are found, in [0, 1]; <see langword="null"/> if it has none.</summary>
    public double? Recall => Images > 0 ? (double)Correct / Images : null;

    /// <summary>The share of the images that are given the label and have it, in [0, 1]; <see langword="null"/> if none is given it.</summary>
    public double? Precision => Predicted > 0 ? (double)Correct / Predicted : null;

    /// <summary>The harmonic mean of precision and recall, in [0, 1]; <see langword="null"/> if no image has the label or is given it.</summary>
    public double? F1 => Images + Predicted > 0 ? 2.0 * Correct / (Images + Predicted) : null;
}
