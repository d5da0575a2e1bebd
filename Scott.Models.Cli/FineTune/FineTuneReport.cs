using Scott.Models.Foundation;
using Scott.Models.Training;

namespace Scott.Models.Cli;

/// <summary>Says how a run went and which files it wrote.</summary>
internal static class FineTuneReport
{
    private static readonly (string Name, string Holds)[] Files =
    [
        (ClassifierFiles.Classifier, "the classifier after the best epoch"),
        (ClassifierFiles.Onnx, "the same for any ONNX runtime: logits, probabilities, class names"),
        ("report.html", "the run as curves"),
        ("metrics.jsonl", "every epoch's figures"),
    ];

    private static readonly (string Name, string Holds)[] TestFiles = [("test", "figures and confusion matrix on the test images")];

    public static void Print(FineTuned tuned, FineTuneOptions options, Screen screen)
    {
        FineTuningRecord last = tuned.Result.History[^1];
        FineTuningRecord best = tuned.Result.History.First(record => record.Epoch == tuned.Result.BestEpoch.Epoch);
        if (tuned.WasFinished)
            screen.Say("This run was finished before; there was nothing left to learn.");

        screen.Say($"{RunReport.Length(last, tuned.Result.EndedEarly)}.");
        string images = Plural.Of(best.Validation.Images, "validation image");
        screen.Say($"Best epoch: {best.Epoch}, {Figures.Share(best.Validation.Top1)} of {images} right.");
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
            tuned.WasFinished,
            steps = last.Steps,
            epochs = last.Epoch,
            endedEarly = tuned.Result.EndedEarly,
            seconds = last.ElapsedSeconds,
            bestEpoch = best.Epoch,
            validationTop1 = best.Validation.Top1,
            unreadableImages = last.UnreadableImages,
            test = tuned.Test is { } tested ? ToJson(tested) : null,
            warnings = last.Warnings,
        });
    }

    public static object ToJson(TestResult test) => new
    {
        images = test.Metrics.Images,
        unreadableImages = test.Skipped.Count,
        skipped = test.Skipped.ToJson(),
        top1 = test.Metrics.Top1,
        meanPerClassTop1 = test.Metrics.MeanPerClassTop1,
        sameClassInOnnx = test.SameClass,
        largestDifference = test.LargestDifference,
    };

    private static void PrintTest(TestResult test, Screen screen)
    {
        test.Skipped.Print(screen);
        TestFigures.Print(test.Metrics, test.Skipped.Count, screen);
        screen.Say($"ONNX Runtime and TorchSharp name the same class for {test.SameClass} of {Plural.Of(test.Metrics.Images, "image")}; "
            + $"their probabilities differ by at most {Figures.Number(test.LargestDifference, "0.0E-0")}.");
    }
}
