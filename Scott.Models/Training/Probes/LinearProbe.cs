using Scott.Models.Metrics;

namespace Scott.Models.Training;

/// <summary>The ridge probe with its penalty, and the temperature of its probabilities, chosen on validation images.</summary>
internal static class LinearProbe
{
    /// <summary>Per training image, strongest first: if several are equally good, the first wins, because it overfits less.</summary>
    private static readonly double[] Penalties = [10, 1, 0.1, 0.01, 1e-3, 1e-4];

    /// <summary>The probe's figures, on test images that no choice looks at, and the penalty that did best.</summary>
    public static (ProbeResult Result, double Penalty) Measure(
        EvaluationFeatures features, IReadOnlyList<string> classNames, CancellationToken cancellationToken)
    {
        int classes = classNames.Count;
        IReadOnlyList<int> labels = features.Validation.Labels;
        var probe = new RidgeProbe(features.Training, classes, cancellationToken);
        (double Penalty, double[] Scores)[] tried =
            [.. Penalties.Select(penalty => (penalty, probe.Scores(features.Validation, penalty, cancellationToken)))];
        (double penalty, double[] validation) = tried.MaxBy(each => ClassScores.Accuracy(each.Scores, labels, classes));
        double temperature = Calibration.FindTemperature(validation, labels, classes);
        ClassificationMetrics MeasureOn(LabeledFeatures images, double[] scores) =>
            ClassificationMetrics.FromLogits(Calibration.ApplyTemperature(scores, temperature), images.Labels, classNames);
        RidgeProbe final = features.IsRefitted ? new RidgeProbe(features.Fitted, classes, cancellationToken) : probe;
        ClassificationMetrics test = MeasureOn(features.Test, final.Scores(features.Test, penalty, cancellationToken));
        double trainingTop1 = MeasureOn(features.Fitted, final.Scores(features.Fitted, penalty, cancellationToken)).Top1;
        return (new ProbeResult(ClassifierHead.Linear, MeasureOn(features.Validation, validation), test) { TrainingTop1 = trainingTop1 }, penalty);
    }
}
