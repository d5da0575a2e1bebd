using System.Globalization;
using System.Text;
using Scott.Models.Metrics;

namespace Scott.Models.Training;

/// <summary>Says in a table what an <see cref="EvaluationResult"/> holds.</summary>
internal static class EvaluationText
{
    private const int NameWidth = 22;

    public static string Summary(EvaluationResult result)
    {
        var text = new StringBuilder();
        text.Append(Invariant($"{result.TrainingImages} training, {result.Linear.Validation.Images} validation, {Plural.Of(result.Linear.Test.Images, "test image")}; "));
        text.Append(Plural.Of(result.Linear.Test.Confusion.ClassNames.Count, "class", "classes"));
        AppendRow(text, string.Empty, "validation", "test top-1", "top-5", "per class", "calibration error");
        foreach (ProbeResult probe in result.Probes)
        {
            ClassificationMetrics test = probe.Test;
            string name = Name(probe.Kind) + (probe.Kind == result.Selected.Kind ? " *" : string.Empty);
            AppendRow(text, name, Share(probe.Validation.Top1), Share(test.Top1), Share(test.Top5), Share(test.MeanPerClassTop1), Invariant($"{test.CalibrationError:F3}"));
        }

        text.AppendLine().Append("* the best attentive probe on the validation images");
        foreach (FewShotResult few in result.FewShot)
        {
            text.AppendLine().Append(Invariant($"{few.PerClass} per class, {Plural.Of(few.Repeats, "draw")}: nearest neighbors {Describe(few.Neighbors)}, linear {Describe(few.Linear)}"));
        }

        return text.ToString();
    }

    private static string Name(ProbeKind kind) => kind switch
    {
        ProbeKind.NearestNeighbors => "nearest neighbors",
        ProbeKind.Linear => "linear",
        ProbeKind.SimpleAttentive => "simple attentive",
        ProbeKind.MultiHeadAttentive => "multi-head attentive",
        _ => "cross attentive",
    };

    private static void AppendRow(StringBuilder text, string name, params string[] cells)
    {
        text.AppendLine().Append(name.PadRight(NameWidth));
        foreach (string cell in cells)
        {
            text.Append("  ").Append(cell.PadLeft(10));
        }
    }

    private static string Describe(MeanAndDeviation value) => Invariant($"{value.Mean * 100:F1} ± {value.StandardDeviation * 100:F1} %");

    private static string Share(double value) => Invariant($"{value * 100:F1} %");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
