using System.Globalization;
using System.Numerics.Tensors;
using Microsoft.Extensions.Logging.Abstractions;
using Scott.Models.Inference;
using Scott.Models.Onnx;
using Scott.Models.Tests.Parity;
using Scott.Models.Torch;
using Scott.Models.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Tests.Onnx;

/// <summary>The engines against the reference's golden outputs, every backbone case; and how far the reduced precisions are from them.</summary>
[Collection(TorchTests.Name)]
public sealed class OnnxEngineParityTests(ITestOutputHelper output)
{
    private const double FullPrecisionTolerance = 1e-4;

    public static TheoryData<string> Cases => ParityCases.OfKind("backbone");

    [Theory]
    [MemberData(nameof(Cases))]
    public void OnnxEngine_FullPrecision_GivesTheGoldenOutputs(string path)
    {
        var expected = new BackboneCase(path);
        var options = new FeatureExtractionOptions
        {
            IncludeTokens = true,
            NormalizeTokens = false,
            IncludeAttention = true,
            Blocks = LastBlock(expected),
        };
        FeatureBatch batch = RunOnnx(expected, options);
        AssertClose(expected["out.encoder_dense"].ToArray(), batch.Tokens);
        AssertClose(expected["out.encoder_dense"].ToArray(), batch.Blocks[0]);
        AssertClose(expected["out.attention_last"].ToArray(), batch.Attention);
        AssertClose(Pooled(expected), batch.Vectors);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void OtherEngines_GiveTheGoldenOutputs(string path)
    {
        var expected = new BackboneCase(path);
        var options = new FeatureExtractionOptions
        {
            IncludeTokens = true,
            NormalizeTokens = false,
            IncludeAttention = true,
            Blocks = LastBlock(expected),
        };
        ScottModel model = Snapshot(expected);
        FeatureLayout layout = FeatureLayout.ForFeatures(model.Architecture, options);
        IFeatureEngine[] engines = [new TorchFeatureEngine(model, null, layout, options), new ManagedFeatureEngine(model, null, layout, options)];
        foreach (IFeatureEngine engine in engines)
        {
            using (engine)
            {
                FeatureBatch batch = Run(engine, expected, layout);
                AssertClose(expected["out.encoder_dense"].ToArray(), batch.Tokens);
                AssertClose(expected["out.encoder_dense"].ToArray(), batch.Blocks[0]);
                AssertClose(expected["out.attention_last"].ToArray(), batch.Attention);
                AssertClose(Pooled(expected), batch.Vectors);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Export_EveryOperatorSet_AgreesWithGoldenOutputsAndTorch(string path)
    {
        var expected = new BackboneCase(path);
        ScottModel model = await ModelAsync(expected);
        var golden = new OnnxGoldenOutputs(expected["x"].ToArray(), expected["out.encoder_dense"].ToArray(), (int)expected["x"].Shape[0]);
        foreach (OnnxOperatorSet operatorSet in Enum.GetValues<OnnxOperatorSet>())
        {
            using var folder = new TemporaryFolder();
            OnnxExportBuilder Export() => model.ExportOnnx(folder.File("model.onnx")).WithOperatorSet(operatorSet).WithRawTokens();
            OnnxExportResult againstGolden = await Export().WithGoldenOutputs(golden).SaveAsync();
            OnnxExportResult againstTorch = await Export().WithParityReference(OnnxParityReference.Torch).SaveAsync();
            Assert.Equal("golden outputs", againstGolden.Parity!.Reference);
            Assert.Equal("TorchSharp", againstTorch.Parity!.Reference);
            Assert.InRange(againstGolden.Parity.MaximumDifference, 0, FullPrecisionTolerance);
            Assert.InRange(againstTorch.Parity.MaximumDifference, 0, FullPrecisionTolerance);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void ReducedPrecision_StaysNearTheGoldenOutputs(string path)
    {
        var expected = new BackboneCase(path);
        float[] golden = Pooled(expected);
        (OnnxPrecision, double)[] limits = [(OnnxPrecision.Float16Weights, 0.99999), (OnnxPrecision.Float16, 0.9999), (OnnxPrecision.Int8, 0.999)];
        foreach ((OnnxPrecision precision, double allowed) in limits)
        {
            FeatureBatch batch = RunOnnx(expected, new FeatureExtractionOptions { Precision = precision });
            AssertNear(golden, batch.Vectors, allowed, $"{Path.GetFileName(path)} {precision}");
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Torch_InBfloat16_StaysNearTheGoldenOutputs(string path)
    {
        var expected = new BackboneCase(path);
        var options = new FeatureExtractionOptions
        {
            Engine = FeatureEngine.Torch,
            TorchDevice = TorchDevice.Cpu,
            TorchPrecision = TorchPrecision.BFloat16,
            IncludeTokens = true,
            IncludeAttention = true,
            Blocks = LastBlock(expected),
        };
        ScottModel model = Snapshot(expected);
        FeatureLayout layout = FeatureLayout.ForFeatures(model.Architecture, options);
        using var half = new TorchFeatureEngine(model, null, layout, options);
        using var single = new TorchFeatureEngine(model, null, layout, options with { TorchPrecision = TorchPrecision.Float32 });
        FeatureBatch batch = Run(half, expected, layout), exact = Run(single, expected, layout);
        AssertNear(Pooled(expected), batch.Vectors, 0.999, Path.GetFileName(path));
        AssertNear(exact.Tokens, batch.Tokens, 0.999, "tokens");
        AssertNear(exact.Attention, batch.Attention, 0.999, "attention");
        AssertNear(exact.Blocks[0], batch.Blocks[0], 0.999, "last block");
        Assert.EndsWith(", bfloat16", half.Description, StringComparison.Ordinal);
    }

    private void AssertNear(float[] exact, float[] values, double smallestCosine, string title)
    {
        float cosine = TensorPrimitives.CosineSimilarity<float>(exact, values);
        float difference = exact.Zip(values, (a, b) => Math.Abs(a - b)).Max();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{title}: cosine {cosine:F6}, largest difference {difference:E2}"));
        Assert.InRange(cosine, smallestCosine, 1.00001);
        Assert.True(difference > 0, "A reduced precision that changes nothing was not applied.");
    }

    private static FeatureBatch RunOnnx(BackboneCase expected, FeatureExtractionOptions options)
    {
        ScottModel model = Snapshot(expected);
        FeatureLayout layout = FeatureLayout.ForFeatures(model.Architecture, options);
        using var engine = new OnnxFeatureEngine(model, null, layout, options, NullLogger.Instance);
        return Run(engine, expected, layout);
    }

    private static FeatureBatch Run(IFeatureEngine engine, BackboneCase expected, FeatureLayout layout)
    {
        int count = (int)expected["x"].Shape[0];
        var batch = new FeatureBatch(layout, count);
        expected["x"].CopyTo(batch.Images);
        engine.Run(batch, count, isBulk: false);
        return batch;
    }

    private static HashSet<int> LastBlock(BackboneCase expected) => [expected.Architecture.Depth - 1];

    private static ScottModel Snapshot(BackboneCase expected) =>
        new(expected.Architecture, PreprocessingSpec.ForImage(expected.Architecture.ImagePixels), expected.State, new ModelMetadata());

    private static async Task<ScottModel> ModelAsync(BackboneCase expected)
    {
        using var folder = new TemporaryFolder();
        await SafetensorsFile.WriteAsync(folder.File("bare.safetensors"), expected.State);
        return await ScottModel.FromFileAsync(folder.File("bare.safetensors"), new ModelFileOptions { Architecture = expected.Architecture });
    }

    private static float[] Pooled(BackboneCase expected)
    {
        using DisposeScope scope = NewDisposeScope();
        return Closeness.Values(FeatureNorm.Apply(expected.Input("out.encoder_dense")).mean([1]));
    }

    private static void AssertClose(float[] expected, float[] found) =>
        Assert.InRange(Closeness.Largest(expected, found), 0, FullPrecisionTolerance);
}
