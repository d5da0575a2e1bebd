using System.Globalization;
using PretrainAndFineTune.Display;
using PretrainAndFineTune.Running;
using Samples.Shared;
using Scott.Models.Foundation;
using Scott.Models.Metrics;
using Scott.Models.Training;
using Spectre.Console;

namespace PretrainAndFineTune.FineTune;

/// <summary>Says how a run went and which files it wrote.</summary>
internal static class FineTuneReport
{
    private static readonly (string Name, string Holds)[] Files =
    [
        (FineTuneRun.ClassifierFile, "the classifier after the best epoch"),
        (FineTuneRun.OnnxFile, "the same for any ONNX runtime: logits, probabilities, class names"),
        ("report.html", "the run as curves"),
        ("metrics.jsonl", "every epoch's figures"),
    ];

    private static readonly (string Name, string Holds)[] TestFiles = [("test", "figures and confusion matrix on the test images")];

    public static void Print(FineTuned tuned, FineTuneOptions options, Screen screen)
    {
        FineTuningRecord last = tuned.Result.History[^1];
        FineTuningRecord best = tuned.Result.History.First(record => record.Epoch == tuned.Result.BestEpoch.Epoch);
        if (tuned.WasFinished)
        {
            screen.Say("This run was finished before; nothing was left to learn.");
        }

        screen.Say($"{Plural.Of(last.Steps, "step")}, {Plural.Of(last.Epoch, "epoch")}{(tuned.Result.EndedEarly ? " (ended early)" : string.Empty)} in {Figures.Time(last.ElapsedSeconds)}.");
        screen.Say($"Best epoch: {best.Epoch}, {Figures.Share(best.Validation.Top1)} of {Plural.Of(best.Validation.Images, "validation image")} right.");
        if (tuned.Test is { } test)
        {
            PrintTest(test, screen);
        }

        if (tuned.Result.CheckpointError is { } error)
        {
            screen.Warn($"warning: {error.Message}");
        }

        if (last.UnreadableImages > 0)
        {
            screen.Warn($"{Plural.Of(last.UnreadableImages, "image")} could not be read.");
        }

        foreach (string warning in last.Warnings)
        {
            screen.Warn($"warning: {warning}");
        }

        WrittenFiles.Print(options.OutputPath, tuned.Test is null ? Files : [.. Files, .. TestFiles], screen);
    }

    /// <summary>Whether the exported file does what the classifier does.</summary>
    public static string Agreement(TestResult test) => string.Create(
        CultureInfo.InvariantCulture,
        $"ONNX Runtime and TorchSharp name the same class for {test.SameClass} of {Plural.Of(test.Metrics.Images, "image")}; their probabilities differ by at most {test.LargestDifference:0.0E-0}.");

    private static void PrintTest(TestResult test, Screen screen)
    {
        Table table = new Table().AddColumn("class").AddColumn("images").AddColumn("right");
        foreach (ClassMetrics each in test.Metrics.Classes)
        {
            table.AddRow(Markup.Escape(each.Name), each.Images.ToString(CultureInfo.InvariantCulture), Figures.Share(each.Recall));
        }

        screen.Output.Write(table);
        screen.Say($"Test: {Figures.Share(test.Metrics.Top1)} of {Plural.Of(test.Metrics.Images, "image")} right, mean per class {Figures.Share(test.Metrics.MeanPerClassTop1)}.");
        if (test.Unreadable > 0)
        {
            screen.Warn($"Left out {Plural.Of(test.Unreadable, "test image")} that could not be read.");
        }

        screen.Say(Agreement(test));
    }
}
