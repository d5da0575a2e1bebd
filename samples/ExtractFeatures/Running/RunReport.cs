using System.Globalization;
using Samples.Shared;
using Scott.Models.Foundation;

namespace ExtractFeatures.Running;

/// <summary>Says how a run went.</summary>
internal static class RunReport
{
    public static void Print(RunSummary summary, Screen screen)
    {
        if (summary.Similar is { } similar && summary.Embedded > 0)
        {
            screen.Output.Write(similar.ToTable());
        }

        foreach (string line in summary.Skipped.Lines())
        {
            screen.Warn(line);
        }

        if (summary.Failure is not null)
        {
            screen.Error(Faults.Describe(summary.Failure));
        }

        string written = string.Create(CultureInfo.InvariantCulture, $"{summary.Embedded} of {Plural.Of(summary.Total, "image")}");
        if (summary.IsInterrupted || summary.Failure is not null)
        {
            string where = summary.IsWritten ? $"{written} are in {summary.Options.OutputPath}" : "nothing was written";
            screen.Warn($"{(summary.IsInterrupted ? "Interrupted" : "Ended early")}: {where}.");
        }
        else if (summary.Embedded == 0)
        {
            screen.Error("No image could be embedded; nothing was written.");
        }
        else
        {
            screen.Say($"Wrote {written}, {Plural.Of(summary.Width, "number")} each, to {summary.Options.OutputPath}.");
            screen.Say(Speed(summary));
        }
    }

    public static string Speed(RunSummary summary) => string.Create(
        CultureInfo.InvariantCulture,
        $"{summary.ImagesPerSecond:F1} images/s by {summary.Engine}; the first vector {summary.FirstVector.TotalSeconds:F2} s after loading began.");
}
