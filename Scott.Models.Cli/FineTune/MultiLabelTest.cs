using Scott.Models.Datasets;
using Scott.Models.Metrics;

namespace Scott.Models.Cli;

/// <summary>How a multi-label classifier did on test images.</summary>
/// <param name="Metrics">The metrics of the exported file, run by ONNX Runtime, at the classifier's thresholds.</param>
/// <param name="Skipped">Images that could not be read and are left out.</param>
/// <param name="SameLabels">The number of images to which ONNX Runtime and TorchSharp give the same labels.</param>
/// <param name="LargestDifference">The largest difference between their probabilities.</param>
internal sealed record MultiLabelTestResult(MultiLabelMetrics Metrics, SkippedImages Skipped, int SameLabels, double LargestDifference);

/// <summary>Tests the exported file with ONNX Runtime alone, as an app would run it, and compares it with TorchSharp image by image.</summary>
internal static class MultiLabelTest
{
    /// <param name="classifier">The classifier.</param>
    /// <param name="onnx">Its exported file.</param>
    /// <param name="test">Images with some of its labels.</param>
    /// <param name="folder">Where to create the folder <c>test</c> with the figures.</param>
    /// <param name="report">Receives the stage, the images that are done, and their total.</param>
    /// <param name="cancellationToken">Cancels between images.</param>
    public static async Task<MultiLabelTestResult> RunAsync(
        ScottClassifier classifier,
        string onnx,
        IImageDataset test,
        string folder,
        Action<string, long, long> report,
        CancellationToken cancellationToken)
    {
        int[] numbers = [.. test.ClassNames.Select(name => classifier.ClassNames.ToList().IndexOf(name))];
        List<IReadOnlyList<int>> labels = [];
        List<float> probabilities = [];
        var skipped = new SkippedImages();
        (int same, double largest) = (0, 0);
        await foreach (ComparedImage image in OnnxComparison.RunAsync(classifier, onnx, test, skipped, report, cancellationToken))
        {
            float[] found = image.Found;
            probabilities.AddRange(found);
            labels.Add([.. test.LabelsOf(image.Index)!.Select(label => numbers[label])]);
            IEnumerable<int> given = Enumerable.Range(0, found.Length).Where(label => found[label] >= classifier.Thresholds![label]);
            same += given.SequenceEqual(image.Expected.Labels.Select(label => label.Label).Order()) ? 1 : 0;
            largest = Math.Max(largest, image.Difference);
        }

        var metrics = MultiLabelMetrics.FromProbabilities([.. probabilities], labels, classifier.ClassNames, classifier.Thresholds);
        await metrics.SaveAsync(Path.Combine(folder, "test"), cancellationToken);
        return new MultiLabelTestResult(metrics, skipped, same, largest);
    }
}
