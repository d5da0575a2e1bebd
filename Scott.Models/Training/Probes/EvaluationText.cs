using Scott.Models.Metrics;
using static System.FormattableString;

namespace Scott.Models.Training;

/// <summary>An <see cref="EvaluationResult"/> as a table.</summary>
internal static class EvaluationText
{
    public static string Summary(EvaluationResult result)
    {
        (ClassificationMetrics validation, ClassificationMetrics test) = (result.Linear.Validation, result.Linear.Test);
        string images = Invariant($"{result.TrainingImages} training, {validation.Images} validation, {Plural.Of(test.Images, "test image")}");
        string[] lines =
        [
            $"{images}; {Plural.Of(test.Confusion.ClassNames.Count, "class", "classes")}",
            Row(string.Empty, "validation", "test top-1", "top-5", "per class", "calibration error"),
            .. result.Probes.Select(probe => Row(probe, ReferenceEquals(probe, result.Selected))),
            "* the best attentive probe on the validation images",
            .. result.FewShot.Select(few => Invariant($"{few.PerClass} per class, {Plural.Of(few.Repeats, "draw")}: ")
                + $"nearest neighbors {Describe(few.Neighbors)}, linear {Describe(few.Linear)}"),
        ];
        return string.Join(Environment.NewLine, lines);
    }

    private static string Row(ProbeResult probe, bool isSelected)
    {
        (string name, ClassificationMetrics test) = (Name(probe.Head), probe.Test);
        string[] shares = [.. new[] { probe.Validation.Top1, test.Top1, test.Top5, test.MeanPerClassTop1 }.Select(Share)];
        return Row(isSelected ? name + " *" : name, [.. shares, Invariant($"{test.CalibrationError:F3}")]);
    }

    private static string Row(string name, params string[] cells) => $"{name,-22}{string.Concat(cells.Select(cell => $"  {cell,10}"))}";

    private static string Name(ClassifierHead? head) => head switch
    {
        null => "nearest neighbors",
        ClassifierHead.Linear => "linear",
        ClassifierHead.SimpleAttentive => "simple attentive",
        ClassifierHead.MultiHeadAttentive => "multi-head attentive",
        _ => "cross attentive",
    };

    private static string Describe(MeanAndDeviation value) => Invariant($"{value.Mean * 100:F1} ± {value.StandardDeviation * 100:F1} %");

    private static string Share(double value) => Invariant($"{value * 100:F1} %");
}
