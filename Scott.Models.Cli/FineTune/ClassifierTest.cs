using Scott.Models.Datasets;
using Scott.Models.Metrics;

namespace Scott.Models.Cli;

/// <summary>How a classifier did on test images.</summary>
/// <param name="Metrics">The metrics of the exported file, run by ONNX Runtime.</param>
/// <param name="Skipped">Images that could not be read and are left out.</param>
/// <param name="SameClass">The number of images that ONNX Runtime and TorchSharp classify the same.</param>
/// <param name="LargestDifference">The largest difference between their probabilities.</param>
internal sealed record TestResult(ClassificationMetrics Metrics, SkippedImages Skipped, int SameClass, double LargestDifference);

/// <summary>Tests the exported file with ONNX Runtime alone, as an app would run it, and compares it with TorchSharp image by image.</summary>
internal static class ClassifierTest
{
    /// <param name="classifier">The classifier.</param>
    /// <param name="onnx">Its exported file.</param>
    /// <param name="test">Labeled images of its classes.</param>
    /// <param name="folder">Where to create the folder <c>test</c> with the figures.</param>
    /// <param name="report">Receives the stage, the images that are done, and their total.</param>
    /// <param name="cancellationToken">Cancels between images.</param>
    public static async Task<TestResult> RunAsync(
        ScottClassifier classifier,
        string onnx,
        IImageDataset test,
        string folder,
        Action<string, long, long> report,
        CancellationToken cancellationToken)
    {
        int classes = classifier.ClassNames.Count;
        int[] numbers = [.. test.ClassNames.Select(name => classifier.ClassNames.ToList().IndexOf(name))];
        List<int> labels = [];
        var skipped = new SkippedImages();
        float[] probabilities = new float[TestFigures.LengthOf(test.Count, classes)];
        (int same, double largest) = (0, 0);
        await foreach (ComparedImage image in OnnxComparison.RunAsync(classifier, onnx, test, skipped, report, cancellationToken))
        {
            image.Found.CopyTo(probabilities, labels.Count * classes);
            labels.Add(numbers[test.LabelOf(image.Index)!.Value]);
            same += Array.IndexOf(image.Found, image.Found.Max()) == image.Expected.Best.Label ? 1 : 0;
            largest = Math.Max(largest, image.Difference);
        }

        var metrics = ClassificationMetrics.FromProbabilities(probabilities.AsSpan(0, labels.Count * classes), labels, classifier.ClassNames);
        await metrics.SaveAsync(Path.Combine(folder, "test"), cancellationToken);
        return new TestResult(metrics, skipped, same, largest);
    }
}
