using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace Scott.Models.Onnx;

/// <summary>An output of a graph: one of <see cref="GraphNames"/>, and its values [B, …], row-major.</summary>
internal sealed record GraphValues(string Name, float[] Values);

/// <summary>Computes an export's outputs for normalized images [B, C, H, W] without the exported graph.</summary>
/// <exception cref="NativeLibraryException">The engine is not installed, or does not load.</exception>
internal delegate IReadOnlyList<GraphValues> ReferenceEngine(
    ScottModel model, ScottClassifier? classifier, OnnxExportOptions options, float[] images, int count);

/// <summary>Runs an exported graph and a reference on the same images and compares their outputs.</summary>
internal static class ParityCheck
{
    /// <summary>How many images are compared.</summary>
    public const int ImageCount = 2;

    private const ulong Seed = 47;

    /// <summary>Compares a serialized graph with known outputs, or with a reference on <paramref name="pixels"/> [B, H, W, C] or, without them, on
    /// noise; <paramref name="model"/> has the exported size.</summary>
    public static OnnxParityReport Run(
        byte[] graph, ScottModel model, ScottClassifier? classifier, OnnxExportOptions options, ReferenceEngine torch, byte[]? pixels = null)
    {
        if (options.GoldenOutputs is { } golden)
        {
            GraphValues[] known = [new GraphValues(GraphNames.Tokens, golden.Tokens.ToArray())];
            return Compare("golden outputs", golden.Count, known, RunGraph(graph, model, golden.Images.ToArray(), golden.Count, isOptimized: true));
        }

        byte[] bytes = pixels ?? RandomImages(model.Architecture);
        int count = bytes.Length / model.Architecture.ImageLength;
        float[] images = Normalize(bytes, model.Preprocessing);
        (string name, IReadOnlyList<GraphValues> expected) = Expect(model, classifier, options, torch, images, count);
        GraphValues[] found = options.ByteInput
            ? RunGraph(graph, model, bytes, count, isOptimized: true)
            : RunGraph(graph, model, images, count, isOptimized: true);
        return Compare(name, count, expected, found);
    }

    /// <summary>The name of the reference, and the outputs that it expects.</summary>
    private static (string Name, IReadOnlyList<GraphValues> Values) Expect(
        ScottModel model, ScottClassifier? classifier, OnnxExportOptions options, ReferenceEngine torch, float[] images, int count)
    {
        (string, IReadOnlyList<GraphValues>) Plain() =>
            ("ONNX Runtime, single precision, not optimized", RunPlainGraph(model, classifier, options, images, count));
        if (options.ParityReference == OnnxParityReference.OnnxRuntime)
            return Plain();

        try
        {
            return ("TorchSharp", torch(model, classifier, options, images, count));
        }
        catch (NativeLibraryException) when (options.ParityReference == OnnxParityReference.Auto)
        {
            return Plain(); // The app has no libtorch; the report names the reference used instead.
        }
    }

    /// <summary>Runs the plain single-precision graph without optimizations.</summary>
    private static GraphValues[] RunPlainGraph(
        ScottModel model, ScottClassifier? classifier, OnnxExportOptions options, float[] images, int count)
    {
        OnnxExportOptions plain = options with { Precision = OnnxPrecision.Float32, OperatorSet = OnnxOperatorSet.Opset17, ByteInput = false };
        byte[] graph = ModelGraph.Serialize(model, classifier, GraphOptions.Of(model.Architecture, plain, classifier));
        return RunGraph(graph, model, images, count, isOptimized: false);
    }

    /// <summary>All outputs of a serialized graph.</summary>
    private static GraphValues[] RunGraph<T>(byte[] graph, ScottModel model, T[] images, int count, bool isOptimized)
        where T : unmanaged
    {
        OnnxRuntimeLibrary.Load();
        (int channels, int height, int width) = (model.Architecture.Channels, model.Architecture.ImageHeight, model.Architecture.ImageWidth);
        long[] shape = typeof(T) == typeof(byte) ? [count, height, width, channels] : [count, channels, height, width];
        using var options = new SessionOptions
        {
            GraphOptimizationLevel = isOptimized ? GraphOptimizationLevel.ORT_ENABLE_ALL : GraphOptimizationLevel.ORT_DISABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        using var session = new InferenceSession(graph, options);
        using var runOptions = new RunOptions();
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(images, shape);
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(runOptions, [GraphNames.Images], [input], session.OutputNames);
        return [.. session.OutputNames.Zip(outputs, (name, value) => new GraphValues(name, value.GetTensorDataAsSpan<float>().ToArray()))];
    }

    private static OnnxParityReport Compare(string reference, int count, IReadOnlyList<GraphValues> expected, GraphValues[] found) => new(
        reference,
        [.. expected.Select(known => Compare(known.Name, count, known.Values, found.Single(output => output.Name == known.Name).Values))]);

    private static OnnxOutputParity Compare(string name, int count, float[] expected, float[] found)
    {
        float[] difference = new float[expected.Length];
        TensorPrimitives.Subtract(expected, found, difference);
        int length = expected.Length / count;
        double cosine = Enumerable.Range(0, count).Min(i =>
            (double)TensorPrimitives.CosineSimilarity(expected.AsSpan(i * length, length), found.AsSpan(i * length, length)));

        // NaN counts as an infinite difference.
        double largest = Math.Abs(TensorPrimitives.MaxMagnitude<float>(difference));
        double largestExpected = Math.Abs(TensorPrimitives.MaxMagnitude<float>(expected));
        return new OnnxOutputParity(name, double.IsNaN(largest) ? double.PositiveInfinity : largest, largestExpected, cosine);
    }

    /// <summary>Smooth colored noise, [B, H, W, C], with values of all sizes and edges of all widths.</summary>
    private static byte[] RandomImages(ScottArchitecture architecture)
    {
        (int channels, int width, int length) = (architecture.Channels, architecture.ImageWidth, architecture.ImageLength);
        var random = new DeterministicRandom(Seed, nameof(ParityCheck));
        byte[] pixels = new byte[ImageCount * length];
        double[] waves = new double[4 * channels * 4];
        for (int image = 0; image < ImageCount; image++)
        {
            for (int i = 0; i < waves.Length; i++)
                waves[i] = random.NextDouble(-1, 1);

            for (int i = 0; i < length; i++)
            {
                int pixel = i / channels;
                (double x, double y) = ((double)(pixel % width) / width, (double)(pixel / width) / architecture.ImageHeight);
                double value = 128 + random.NextDouble(-24, 24);
                for (int wave = 0; wave < 4; wave++)
                {
                    ReadOnlySpan<double> w = waves.AsSpan(((wave * channels) + (i % channels)) * 4, 4);
                    value += 45 * w[0] * Math.Sin((w[1] * 30 * x) + (w[2] * 30 * y) + (w[3] * Math.PI));
                }

                pixels[(image * length) + i] = (byte)Math.Clamp(value, 0, 255);
            }
        }

        return pixels;
    }

    /// <summary>Bytes [B, H, W, C] as normalized floats [B, C, H, W].</summary>
    public static float[] Normalize(byte[] pixels, PreprocessingSpec preprocessing)
    {
        (int channels, int plane) = (preprocessing.ChannelCount, preprocessing.ImageHeight * preprocessing.ImageWidth);
        (float[] mean, float[] deviation) = (preprocessing.ChannelMeans, preprocessing.ChannelDeviations);
        float[] images = new float[pixels.Length];
        for (int i = 0; i < pixels.Length; i++)
        {
            int image = i / (channels * plane);
            int channel = i % channels;
            images[(((image * channels) + channel) * plane) + (i / channels % plane)] = ((pixels[i] / 255f) - mean[channel]) / deviation[channel];
        }

        return images;
    }
}
