using System.Runtime.CompilerServices;
using Microsoft.ML.OnnxRuntime;
using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Inference;
using Scott.Models.Torch;

namespace Scott.Models.Cli;

/// <summary>An image of a test, as two engines see it.</summary>
/// <param name="Index">Its place among the test images, from 0.</param>
/// <param name="Found">The probabilities of the exported file, run by ONNX Runtime.</param>
/// <param name="Expected">The prediction of the classifier, run by TorchSharp.</param>
internal sealed record ComparedImage(int Index, float[] Found, ImagePrediction Expected)
{
    /// <summary>The largest difference between the probabilities.</summary>
    public double Difference => Found.Zip(Expected.Probabilities.ToArray(), (found, expected) => Math.Abs((double)found - expected)).Max();
}

/// <summary>Runs an exported classifier with ONNX Runtime alone, as an app would run it, beside TorchSharp.</summary>
internal static class OnnxComparison
{
    /// <summary>Takes the test images one by one; those that cannot be read are left out.</summary>
    /// <param name="classifier">The classifier.</param>
    /// <param name="onnx">Its exported file.</param>
    /// <param name="test">The images.</param>
    /// <param name="skipped">Receives those that are left out.</param>
    /// <param name="report">Receives the stage, the images that are done, and their total.</param>
    /// <param name="cancellationToken">Cancels between images.</param>
    /// <exception cref="IOException">No image can be read.</exception>
    public static async IAsyncEnumerable<ComparedImage> RunAsync(
        ScottClassifier classifier,
        string onnx,
        IImageDataset test,
        SkippedImages skipped,
        Action<string, long, long> report,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var session = new InferenceSession(onnx);
        using ImageClassifier torch = classifier.Classify().UseTorch(TorchDevice.Cpu).Build();
        float[] image = new float[torch.Preprocessor.TensorLength];
        bool hasRead = false;
        IEnumerable<ImageSource> images = Enumerable.Range(0, test.Count).Select(test.SourceOf);
        await foreach (ImagePrediction expected in torch.ClassifyBatchAsync(images, cancellationToken: cancellationToken))
        {
            int index = (int)expected.Index;
            report("images", expected.Index + 1, test.Count);
            if (!expected.IsSuccess)
            {
                skipped.Add(expected.Name, expected.Error);
                continue;
            }

            hasRead = true;
            await torch.Preprocessor.PreprocessAsync(test.SourceOf(index), image, cancellationToken);
            yield return new ComparedImage(index, Run(session, image, classifier.Model.Architecture), expected);
        }

        if (!hasRead)
            throw new IOException("None of the test images can be read.");
    }

    private static float[] Run(InferenceSession session, float[] image, ScottArchitecture architecture)
    {
        long[] shape = [1, architecture.Channels, architecture.ImageHeight, architecture.ImageWidth];
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(image, shape);
        using var options = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(options, ["images"], [input], ["probabilities"]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
