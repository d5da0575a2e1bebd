using System.Globalization;
using System.Numerics.Tensors;
using Microsoft.Extensions.Logging.Abstractions;
using Scott.Models.Benchmarks.Ratios;
using Scott.Models.Inference;
using Scott.Models.Torch;

namespace Scott.Models.Benchmarks;

/// <summary>
/// <c>bfloat16 MODEL</c>: TorchSharp in bfloat16 and in single precision against ONNX Runtime in single precision, with every core, on batches of
/// prepared images. <c>ratios bfloat16</c> measures it on files.
/// </summary>
internal static class Bfloat16Inference
{
    private const string Command = "bfloat16";
    private const int Rounds = 7;
    private const double SecondsPerTurn = 0.2;

    private static readonly int[] Batches = [1, 8, 32];

    public static bool Handles(string[] arguments) => arguments is [Command, _];

    public static async Task RunAsync(string[] arguments)
    {
        string name = arguments[1];
        ScottModel model = File.Exists(name) ? await ScottModel.FromFileAsync(name) : ScottModel.Create(name, seed: 47);
        foreach (int batch in Batches)
            Compare(model, batch);
    }

    private static void Compare(ScottModel model, int images)
    {
        var options = new FeatureExtractionOptions { TorchDevice = TorchDevice.Cpu };
        FeatureLayout layout = FeatureLayout.ForFeatures(model.Architecture, options);
        using var onnx = new OnnxFeatureEngine(model, null, layout, options, NullLogger.Instance);
        using var single = new TorchFeatureEngine(model, null, layout, options);
        using var half = new TorchFeatureEngine(model, null, layout, options with { TorchPrecision = TorchPrecision.BFloat16 });
        FeatureBatch batch = SpeedClaims.Noise(layout, images);
        onnx.Run(batch, images, isBulk: false);
        float[] expected = [.. batch.Vectors];
        half.Run(batch, images, isBulk: false);
        double cosine = expected.Chunk(layout.VectorWidth).Zip(batch.Vectors.Chunk(layout.VectorWidth)).Min(
            pair => TensorPrimitives.CosineSimilarity<float>(pair.First, pair.Second));
        Ratio Measure(TorchFeatureEngine engine) => Ratio.Compare(
            () => engine.Run(batch, images, isBulk: false), () => onnx.Run(batch, images, isBulk: false), Rounds, SecondsPerTurn);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{model.Metadata.Id}, batch {images}: TorchSharp {Measure(single).ToText("F2")}, in bfloat16 {Measure(half).ToText("F2")}; "
            + $"cosine from {cosine:F5}"));
    }
}
