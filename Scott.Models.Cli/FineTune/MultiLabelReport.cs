using Scott.Models.Foundation;
using Scott.Models.Training;

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
        unreadableImages = test.Skipped.Count,
        skipped = test.Skipped.ToJson(),
        meanAveragePrecision = test.Metrics.MeanAveragePrecision,
        microF1 = test.Metrics.MicroF1,
        macroF1 = test.Metrics.MacroF1,
        labels = test.Metrics.Labels.Select(label => new { name = label.Name, averagePrecision = label.AveragePrecision, f1 = label.F1 }),
        sameLabelsInOnnx = test.SameLabels,
        largestDifference = test.LargestDifference,
    };

    private static void PrintTest(MultiLabelTestResult test, Screen screen)
    {
        test.Skipped.Print(screen);
        TestFigures.Print(test.Metrics, test.Skipped.Count, screen);
        screen.Say($"ONNX Runtime and TorchSharp give the same labels to {test.SameLabels} of {Plural.Of(test.Metrics.Images, "image")}; "
            + $"their probabilities differ by at most {Figures.Number(test.LargestDifference, "0.0E-0")}.");
    }
}
