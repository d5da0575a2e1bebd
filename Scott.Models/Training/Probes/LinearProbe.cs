using Scott.Models.Metrics;

namespace Scott.Models.Training;

/// <summary>The ridge probe with its penalty, and the sharpness of its probabilities, chosen on validation images.</summary>
internal static class LinearProbe
{
    /// <summary>Per training image, from the strongest: of equals the first wins, and the stronger penalty is the more careful one.</summary>
    private static readonly double[] Penalties = [10, 1, 0.1, 0.01, 1e-3, 1e-4];

    /// <summary>Measures it on test images, which no choice looks at.</summary>
    /// <param name="features">Pooled.</param>
    /// <param name="classNames">The classes.</param>
    /// <param name="cancellationToken">Cancels between penalties.</param>
    /// <returns>The probe's figures, and the penalty that did best.</returns>
    public static (ProbeResult Result, double Penalty) Measure(
        EvaluationFeatures features, IReadOnlyList<string> classNames, CancellationToken cancellationToken)
    {
        int classes = classNames.Count;
        IReadOnlyList<int> labels = features.Validation.Labels;
        (double Penalty, double[] Scores, int Right)[] tried = [.. Penalties.Select(penalty =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            double[] scores = RidgeProbe.Scores(features.Training, features.Validation, classes, penalty);
            return (penalty, scores, labels.Where((label, i) => RidgeProbe.MostLikely(scores, i, classes) == label).Count());
        })];
        (double penalty, double[] validation, _) = tried.MaxBy(each => each.Right);
        double temperature = TemperatureScaling.Find(validation, labels, classes);
        ClassificationMetrics MeasureScores(double[] scores, LabeledFeatures images) =>
            ClassificationMetrics.FromLogits(TemperatureScaling.Apply(scores, temperature), images.Labels, classNames);
        double[] ScoresOf(LabeledFeatures images) => RidgeProbe.Scores(features.Training, images, classes, penalty);
        return (
            new ProbeResult(ProbeKind.Linear, MeasureScores(validation, features.Validation), MeasureScores(ScoresOf(features.Test), features.Test))
            {
                TrainingTop1 = MeasureScores(ScoresOf(features.Training), features.Training).Top1,
            },
            penalty);
    }
}
