using Microsoft.ML.OnnxRuntime;
using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Inference;
using Scott.Models.Metrics;
using Scott.Models.Torch;

namespace Scott.Models.Cli;

/// <summary>How a multi-label classifier did on test images.</summary>
/// <param name="Metrics">The metrics of the exported file, run by ONNX Runtime, at the classifier's thresholds.</param>
/// <param name="Unreadable">Images that could not be read and are left out.</param>
/// <param name="SameLabels">The number of images to which ONNX Runtime and TorchSharp give the same labels.</param>
/// <param name="LargestDifference">The largest difference between their probabilities.</param>
internal sealed record MultiLabelTestResult(MultiLabelMetrics Metrics, int Unreadable, int SameLabels, double LargestDifference);

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
        using var session = new InferenceSession(onnx);
        using ImageClassifier torch = classifier.Classify().UseTorch(TorchDevice.Cpu).Build();
        int[] numbers = [.. test.ClassNames.Select(name => classifier.ClassNames.ToList().IndexOf(name))];
        List<IReadOnlyList<int>> labels = [];
        List<float> probabilities = [];
        float[] image = new float[torch.Preprocessor.TensorLength];
        (int same, double largest) = (0, 0);
        IEnumerable<ImageSource> images = Enumerable.Range(0, test.Count).Select(test.SourceOf);
        await foreach (ImagePrediction expected in torch.ClassifyBatchAsync(images, cancellationToken: cancellationToken))
        {
            int index = (int)expected.Index;
            report("images", expected.Index + 1, test.Count);
            if (!expected.IsSuccess)
                continue; // Counted below, as the difference between all images and those tested.

            await torch.Preprocessor.PreprocessAsync(test.SourceOf(index), image, cancellationToken);
            float[] found = ClassifierTest.Run(session, image, classifier.Model.Architecture);
            probabilities.AddRange(found);
            labels.Add([.. test.LabelsOf(index)!.Select(label => numbers[label])]);
            IEnumerable<int> given = Enumerable.Range(0, found.Length).Where(label => found[label] >= classifier.Thresholds![label]);
            same += given.SequenceEqual(expected.Labels.Select(label => label.Label).Order()) ? 1 : 0;
            largest = Math.Max(largest, found.Zip(expected.Probabilities.ToArray(), (a, b) => Math.Abs((double)a - b)).Max());
        }

        if (labels.Count == 0)
            throw new IOException("None of the test images can be read.");

        var metrics = MultiLabelMetrics.FromProbabilities([.. probabilities], labels, classifier.ClassNames, classifier.Thresholds);
        await metrics.SaveAsync(Path.Combine(folder, "test"), cancellationToken);
        return new MultiLabelTestResult(metrics, test.Count - labels.Count, same, largest);
    }
}
