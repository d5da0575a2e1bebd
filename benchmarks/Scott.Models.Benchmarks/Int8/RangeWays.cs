using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;
using Scott.Models.Imaging;
using Scott.Models.Onnx;

namespace Scott.Models.Benchmarks.Int8;

/// <summary>How near 8-bit vectors are to those of single precision, by the choice of ranges at equal images.</summary>
internal static class RangeWays
{
    private const int MeasuredImages = 32;
    private const int ComparedImages = 64;

    public static bool IsLinear(string activation) => !activation.StartsWith("tokenizer", StringComparison.Ordinal);

    public static bool IsSecondConvolution(string activation) =>
        !IsLinear(activation) && !activation.StartsWith(BackboneLayout.FirstConvolutionName, StringComparison.Ordinal);

    public static async Task PrintAsync(ScottModel model, string measured, string compared)
    {
        IReadOnlyDictionary<string, ActivationHistogram> found = Measure(model, await ReadAsync(model, measured, MeasuredImages));
        float[][] images = await ReadAsync(model, compared, ComparedImages);
        var single = new GraphOptions { OperatorSet = OnnxOperatorSet.OnnxRuntime, Outputs = GraphOutputs.Embedding };
        float[][] expected = Run(model, single, images);
        (string, Func<ActivationHistogram, ActivationRange>?)[] choices =
        [
            ("scales at run time", null),
            ("smallest and largest number", histogram => histogram.Whole),
            ("99.999 % of the numbers", histogram => Percentile(histogram, 0.99999)),
            ("99.99 % of the numbers", histogram => Percentile(histogram, 0.9999)),
            ("least squared error", histogram => histogram.LeastSquares()),
        ];
        foreach ((string name, Func<ActivationHistogram, ActivationRange>? choose) in choices)
        {
            foreach (bool hasFirst in choose is null ? [false] : new[] { false, true })
            {
                ActivationRanges? ranges = choose is null ? null : new ActivationRanges(found
                    .Where(pair => hasFirst || IsLinear(pair.Key) || IsSecondConvolution(pair.Key))
                    .ToDictionary(pair => pair.Key, pair => choose(pair.Value)));
                float[][] vectors = Run(model, single with { Precision = OnnxPrecision.Int8, Ranges = ranges }, images);
                double[] cosines = [.. vectors.Zip(expected, (one, other) => (double)TensorPrimitives.CosineSimilarity<float>(one, other))];
                string first = hasFirst ? ", first convolution too" : string.Empty;
                Console.WriteLine($"  cosine at least {cosines.Min():F5}, mean {cosines.Average():F5}: {name}{first}");
            }
        }
    }

    /// <summary>The numbers of each activation over normalized images.</summary>
    public static IReadOnlyDictionary<string, ActivationHistogram> Measure(ScottModel model, float[][] images)
    {
        using var calibration = new RangeCalibration(model);
        Array.ForEach(images, image => calibration.Add(image));
        return calibration.Histograms;
    }

    /// <summary>The range without the outer numbers on both sides.</summary>
    private static ActivationRange Percentile(ActivationHistogram histogram, double kept)
    {
        ActivationBin[] bins = [.. histogram.Bins.OrderBy(bin => bin.Value)];
        double outside = bins.Sum(bin => bin.Count) * (1 - kept);
        float Edge(IEnumerable<ActivationBin> ordered)
        {
            long sum = 0;
            return ordered.First(bin => (sum += bin.Count) > outside).Value;
        }

        return new ActivationRange(Edge(bins), Edge(bins.Reverse()));
    }

    private static float[][] Run(ScottModel model, GraphOptions graph, float[][] images)
    {
        using InferenceSession session = Open(ModelGraph.Serialize(model, null, graph));
        using var options = new RunOptions();
        return [.. images.Select(image =>
        {
            using OrtValue input = OrtValue.CreateTensorValueFromMemory(image, Shape(model));
            using IDisposableReadOnlyCollection<OrtValue> results = session.Run(options, [GraphNames.Images], [input], [GraphNames.Embedding]);
            return results[0].GetTensorDataAsSpan<float>().ToArray();
        })];
    }

    private static async Task<float[][]> ReadAsync(ScottModel model, string folder, int count)
    {
        var preprocessor = new ImagePreprocessor(model.Preprocessing);
        string[] paths = [.. Directory.GetFiles(folder, "*.jpg", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        int step = Math.Max(1, paths.Length / count);
        var images = new List<float[]>();
        for (int i = 0; i < paths.Length && images.Count < count; i += step)
        {
            images.Add(new float[preprocessor.TensorLength]);
            await preprocessor.PreprocessAsync(paths[i], images[^1]);
        }

        return [.. images];
    }

    private static InferenceSession Open(byte[] graph)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        return new InferenceSession(graph, options);
    }

    private static long[] Shape(ScottModel model) =>
        [1, model.Architecture.Channels, model.Architecture.ImageHeight, model.Architecture.ImageWidth];
}
