using System.Runtime.ExceptionServices;
using Microsoft.ML.OnnxRuntime;
using Scott.Models;
using Scott.Models.Classification;
using Scott.Models.Data;
using Scott.Models.Evaluation;
using Scott.Models.Imaging;
using Scott.Models.Native;

namespace PretrainAndFineTune.FineTune;

/// <summary>Tests the exported file with nothing but ONNX Runtime, as an app would run it, and compares it with TorchSharp picture by picture.</summary>
internal static class ClassifierTest
{
    /// <param name="classifier">The classifier.</param>
    /// <param name="onnx">What it was exported to.</param>
    /// <param name="test">Labelled pictures of its classes.</param>
    /// <param name="folder">Gets a folder <c>test</c> with the figures.</param>
    /// <param name="cancellationToken">Cancels between pictures.</param>
    public static async Task<TestResult> RunAsync(ScottClassifier classifier, string onnx, ImageFolder test, string folder, CancellationToken cancellationToken)
    {
        using var session = new InferenceSession(onnx);
        using ImageClassifier torch = classifier.Classify().UseTorch(TorchDevice.Cpu).Build();
        int classes = classifier.ClassNames.Count;
        float[] image = new float[torch.Preprocessor.TensorLength];
        float[] probabilities = new float[test.Count * classes];
        (int same, double largest) = (0, 0);
        IEnumerable<ImageSource> pictures = Enumerable.Range(0, test.Count).Select(test.SourceOf);
        await foreach (ImagePrediction expected in torch.ClassifyBatchAsync(pictures, cancellationToken: cancellationToken))
        {
            if (expected.Error is { } error)
            {
                ExceptionDispatchInfo.Throw(error);
            }

            int index = (int)expected.Index;
            await torch.Preprocessor.PreprocessAsync(test.SourceOf(index), image, cancellationToken);
            float[] found = Run(session, image, classifier.Model.Architecture.ImagePixels);
            found.CopyTo(probabilities, index * classes);
            same += Array.IndexOf(found, found.Max()) == expected.Best.Label ? 1 : 0;
            largest = Math.Max(largest, found.Zip(expected.Probabilities, (a, b) => Math.Abs((double)a - b)).Max());
        }

        var metrics = ClassificationMetrics.FromProbabilities(probabilities, [.. Enumerable.Range(0, test.Count).Select(index => test.LabelOf(index)!.Value)], classifier.ClassNames);
        await metrics.SaveAsync(Path.Combine(folder, "test"), cancellationToken);
        return new TestResult(metrics, same, largest);
    }

    private static float[] Run(InferenceSession session, float[] image, int side)
    {
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(image, [1, 3, side, side]);
        using var options = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(options, ["images"], [input], ["probabilities"]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
