using Scott.Models.Foundation;
using Scott.Models.Metrics;
using Scott.Models.Training;
using Spectre.Console;

namespace Scott.Models.Cli;

/// <summary>Says how a run with several labels went and which files it wrote.</summary>
internal static class MultiLabelReport
{
    private static readonly (string Name, string Holds)[] Files =
    [
        (ClassifierFiles.Classifier, "the classifier after the best epoch, with its thresholds"),
        (ClassifierFiles.Onnx, "the same for any ONNX runtime: logits, probabilities, class names, thresholds"),
        ("report.html", "the run as curves, and every label's figures"),
        ("metrics.jsonl", "every epoch's figures"),
    ];

    private static readonly (string Name, string Holds)[] TestFiles = [("test", "figures of every label on the test images")];

    public static void Print(MultiLabelTuned tuned, FineTuneOptions options, Screen screen)
    {
        MultiLabelRecord last = tuned.Result.History[^1];
        MultiLabelRecord best = tuned.Result.History.First(record => record.Epoch == tuned.Result.BestEpoch.Epoch);
        if (tuned.WasFinished)
            screen.Say("This run was finished before; there was nothing left to learn.");

        screen.Say($"{RunReport.Length(last, tuned.Result.EndedEarly)}.");
        string images = Plural.Of(best.Validation.Images, "validation image");
        screen.Say($"Best epoch: {best.Epoch}, mAP {Figures.Share(best.Validation.MeanAveragePrecision)} on {images}.");
        if (tuned.Test is { } test)
            PrintTest(test, screen);

        RunReport.PrintProblems(last, tuned.Result.CheckpointError, screen);
        (string, string)[] files = tuned.Test is null ? Files : [.. Files, .. TestFiles];
        WrittenFiles.Print(options.OutputPath, files, screen);
        screen.Result(new
        {
            folder = options.OutputPath,
            classifier = Path.Combine(options.OutputPath, ClassifierFiles.Classifier),
            onnx = Path.Combine(options.OutputPath, ClassifierFiles.Onnx),
            files = WrittenFiles.Find(options.OutputPath, files),
            classes = tuned.Result.Classifier.ClassNames,
            thresholds = tuned.Result.Classifier.Thresholds,
            tuned.WasFinished,
            steps = last.Steps,
            epochs = last.Epoch,
            endedEarly = tuned.Result.EndedEarly,
            seconds = last.ElapsedSeconds,
            bestEpoch = best.Epoch,
            validationMeanAveragePrecision = best.Validation.MeanAveragePrecision,
            unreadableImages = last.UnreadableImages,
            test = tuned.Test is { } tested ? ToJson(tested) : null,
            warnings = last.Warnings,
        });
    }

    private static object ToJson(MultiLabelTestResult test) => new
    {
        images = test.Metrics.Images,
        unreadableImages = test.Unreadable,
        meanAveragePrecision = test.Metrics.MeanAveragePrecision,
        microF1 = test.Metrics.MicroF1,
        macroF1 = test.Metrics.MacroF1,
        labels = test.Metrics.Labels.Select(label => new { name = label.Name, averagePrecision = label.AveragePrecision, f1 = label.F1 }),
        sameLabelsInOnnx = test.SameLabels,
        largestDifference = test.LargestDifference,
    };

    private static void PrintTest(MultiLabelTestResult test, Screen screen)
    {
        MultiLabelMetrics metrics = test.Metrics;
        Table table = new Table().AddColumns("label", "images", "average precision", "threshold", "precision", "recall", "F1");
        foreach (LabelMetrics each in metrics.Labels)
        {
            table.AddRow(
                Markup.Escape(each.Name), each.Images.ToString(CultureInfo.InvariantCulture), Figures.Share(each.AveragePrecision),
                Figures.Number(each.Threshold, "F3"), Figures.Share(each.Precision), Figures.Share(each.Recall), Figures.Share(each.F1));
        }

        screen.Output.Write(table);
        string images = Plural.Of(metrics.Images, "image");
        screen.Say($"Test: mAP {Figures.Share(metrics.MeanAveragePrecision)} on {images}, "
            + $"by chance about {Figures.Share(metrics.ChanceAveragePrecision)}; micro F1 {Figures.Share(metrics.MicroF1)}, "
            + $"macro F1 {Figures.Share(metrics.MacroF1)}.");
        if (test.Unreadable > 0)
            screen.Warn($"Left out {Plural.Of(test.Unreadable, "test image")} that could not be read.");

        screen.Say($"ONNX Runtime and TorchSharp give the same labels to {test.SameLabels} of {images}; "
            + $"their probabilities differ by at most {Figures.Number(test.LargestDifference, "0.0E-0")}.");
    }
}
