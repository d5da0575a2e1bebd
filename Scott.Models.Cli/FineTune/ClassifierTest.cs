using Microsoft.ML.OnnxRuntime;
using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Inference;
using Scott.Models.Metrics;
using Scott.Models.Torch;

namespace Scott.Models.Cli;

/// <summary>How a classifier did on test images.</summary>
/// <param name="Metrics">The metrics of the exported file, run by ONNX Runtime.</param>
/// <param name="Unreadable">Images that could not be read and are left out.</param>
/// <param name="SameClass">The number of images that ONNX Runtime and TorchSharp classify the same.</param>
/// <param name="LargestDifference">The largest difference between their probabilities.</param>
internal sealed record TestResult(ClassificationMetrics Metrics, int Unreadable, int SameClass, double LargestDifference);

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
        ImageFolder test,
        string folder,
        Action<string, long, long> report,
        CancellationToken cancellationToken)
    {
        using var session = new InferenceSession(onnx);
        using ImageClassifier torch = classifier.Classify().UseTorch(TorchDevice.Cpu).Build();
        int classes = classifier.ClassNames.Count;
        int[] numbers = [.. test.ClassNames.Select(name => classifier.ClassNames.ToList().IndexOf(name))];
        List<int> labels = [];
        float[] image = new float[torch.Preprocessor.TensorLength];
        float[] probabilities = new float[test.Count * classes];
        (int same, double largest) = (0, 0);
        IEnumerable<ImageSource> images = Enumerable.Range(0, test.Count).Select(test.SourceOf);
        await foreach (ImagePrediction expected in torch.ClassifyBatchAsync(images, cancellationToken: cancellationToken))
        {
            report("images", expected.Index + 1, test.Count);
            if (!expected.IsSuccess)
            {
                continue; // Counted below, as the difference between all images and those tested.
            }

            await torch.Preprocessor.PreprocessAsync(test.SourceOf((int)expected.Index), image, cancellationToken);
            float[] found = Run(session, image, classifier.Model.Architecture);
            found.CopyTo(probabilities, labels.Count * classes);
            labels.Add(numbers[test.LabelOf((int)expected.Index)!.Value]);
            same += Array.IndexOf(found, found.Max()) == expected.Best.Label ? 1 : 0;
            largest = Math.Max(largest, found.Zip(expected.Probabilities.ToArray(), (a, b) => Math.Abs((double)a - b)).Max());
        }

        if (labels.Count == 0)
            throw new IOException("None of the test images can be read.");

        var metrics = ClassificationMetrics.FromProbabilities(probabilities.AsSpan(0, labels.Count * classes), labels, classifier.ClassNames);
        await metrics.SaveAsync(Path.Combine(folder, "test"), cancellationToken);
        return new TestResult(metrics, test.Count - labels.Count, same, largest);
    }

    /// <summary>The exported file's probabilities of one image.</summary>
    public static float[] Run(InferenceSession session, float[] image, ScottArchitecture architecture)
    {
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(image, [1, 3, architecture.ImageHeight, architecture.ImageWidth]);
        using var options = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(options, ["images"], [input], ["probabilities"]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
