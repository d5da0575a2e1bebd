using Scott.Models.Metrics;

namespace Scott.Models.Training;

/// <summary>An <see cref="EvaluationResult"/> as a table.</summary>
internal static class EvaluationText
{
    private const int NameWidth = 22;

    public static string Summary(EvaluationResult result)
    {
        var text = new StringBuilder();
        ProbeResult any = result.Linear;
        text.Append(Invariant($"{result.TrainingImages} training, {any.Validation.Images} validation, {Plural.Of(any.Test.Images, "test image")}; "));
        text.Append(Plural.Of(any.Test.Confusion.ClassNames.Count, "class", "classes"));
        AppendRow(text, string.Empty, "validation", "test top-1", "top-5", "per class", "calibration error");
        foreach (ProbeResult probe in result.Probes)
        {
            ClassificationMetrics test = probe.Test;
            string name = Name(probe.Head) + (ReferenceEquals(probe, result.Selected) ? " *" : string.Empty);
            AppendRow(
                text,
                name,
                Share(probe.Validation.Top1),
                Share(test.Top1),
                Share(test.Top5),
                Share(test.MeanPerClassTop1),
                Invariant($"{test.CalibrationError:F3}"));
        }

        text.AppendLine().Append("* the best attentive probe on the validation images");
        foreach (FewShotResult few in result.FewShot)
        {
            text.AppendLine().Append(Invariant($"{few.PerClass} per class, {Plural.Of(few.Repeats, "draw")}: "));
            text.Append(Invariant($"nearest neighbors {Describe(few.Neighbors)}, linear {Describe(few.Linear)}"));
        }

        return text.ToString();
    }

    private static string Name(ClassifierHead? head) => head switch
    {
        null => "nearest neighbors",
        ClassifierHead.Linear => "linear",
        ClassifierHead.SimpleAttentive => "simple attentive",
        ClassifierHead.MultiHeadAttentive => "multi-head attentive",
        _ => "cross attentive",
    };

    private static void AppendRow(StringBuilder text, string name, params string[] cells)
    {
        text.AppendLine().Append(name.PadRight(NameWidth));
        foreach (string cell in cells)
            text.Append("  ").Append(cell.PadLeft(10));
    }

    private static string Describe(MeanAndDeviation value) => Invariant($"{value.Mean * 100:F1} ± {value.StandardDeviation * 100:F1} %");

    private static string Share(double value) => Invariant($"{value * 100:F1} %");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
