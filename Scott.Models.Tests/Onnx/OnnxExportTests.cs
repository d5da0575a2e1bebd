using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Scott.Models.Inference;
using Scott.Models.Onnx;
using Scott.Models.Weights;

namespace Scott.Models.Tests.Onnx;

[Collection(TorchTests.Name)]
public sealed class OnnxExportTests : IDisposable
{
    private static readonly ScottModel Model = ScottModel.Create(Architectures.TinyVit, seed: 5)
        .WithMetadata(new ModelMetadata { Id = "tiny-vit", License = "CC0-1.0" });

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string File => _folder.File("model.onnx");

    [Fact]
    public void Options_Defaults_AreThese()
    {
        var options = new OnnxExportOptions();
        Assert.Equal((OnnxPrecision.Float32, OnnxOperatorSet.Opset17), (options.Precision, options.OperatorSet));
        Assert.Equal((false, true, false), (options.ByteInput, options.NormalizeTokens, options.UnitLength));
        Assert.Equal((true, OnnxParityReference.Auto), (options.VerifyParity, options.ParityReference));
        Assert.Null(options.ImagePixels);
    }

    [Fact]
    public async Task Save_IllegalOptions_ListsEveryFault()
    {
        var options = new OnnxExportOptions { Precision = (OnnxPrecision)9, MaximumDifference = 0, MinimumCosine = 2 };
        ScottConfigurationException error = await Assert.ThrowsAsync<ScottConfigurationException>(
            () => Model.ExportOnnx(File).WithOptions(options).SaveAsync());
        Assert.Equal(
            [
                "Precision is 9; expected Float32, Float16Weights, Float16 or Int8.",
                "MaximumDifference is 0; expected more than 0.",
                "MinimumCosine is 2; expected −1 to 1.",
            ],
            error.Faults);
        await Assert.ThrowsAsync<ScottConfigurationException>(() => Model.ExportOnnx(File).WithImageSize(65).SaveAsync());
        Assert.False(System.IO.File.Exists(File));
    }

    [Theory]
    [InlineData(OnnxOperatorSet.Opset17, 8, 17, 1)]
    [InlineData(OnnxOperatorSet.Opset23, 11, 23, 1)]
    [InlineData(OnnxOperatorSet.OnnxRuntime, 8, 17, 2)]
    public async Task Save_OperatorSet_DeclaresItsVersions(OnnxOperatorSet operatorSet, long irVersion, long opset, int domains)
    {
        await Model.ExportOnnx(File).WithOperatorSet(operatorSet).SaveAsync();
        ModelProto written = ModelProto.Parser.ParseFrom(await System.IO.File.ReadAllBytesAsync(File));
        Assert.Equal(irVersion, written.IrVersion);
        Assert.Equal(domains, written.OpsetImport.Count);
        Assert.Equal(opset, written.OpsetImport.Single(import => import.Domain.Length == 0).Version);
    }

    [Fact]
    public async Task Save_Metadata_CarryTheModelsDescription()
    {
        await Model.ExportOnnx(File).SaveAsync();
        using var session = new InferenceSession(File);
        Dictionary<string, string> metadata = session.ModelMetadata.CustomMetadataMap;
        Assert.Equal("tiny-vit", metadata["scott.model_id"]);
        Assert.Equal("CC0-1.0", metadata["scott.license"]);
        Assert.Equal(Model.Architecture, ScottArchitecture.FromJson(metadata["scott.architecture"]));
        Assert.Equal(Model.Preprocessing, PreprocessingSpec.FromJson(metadata["scott.preprocessing"]));
        Assert.Equal("Scott.Models", session.ModelMetadata.ProducerName);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Save_BatchDimension_IsFree(int batch)
    {
        await Model.ExportOnnx(File).SaveAsync();
        using var session = new InferenceSession(File);
        Assert.Equal(["images"], session.InputNames);
        Assert.Equal(["tokens", "embedding"], session.OutputNames);
        Assert.Equal([-1, 3, 64, 64], session.InputMetadata["images"].Dimensions);
        float[][] outputs = Run(session, new float[batch * 3 * 64 * 64], [batch, 3, 64, 64]);
        Assert.Equal([batch * 16 * 32, batch * 32], outputs.Select(values => values.Length));
    }

    [Fact]
    public async Task Save_ByteInput_EqualsNormalizedInput()
    {
        await Model.ExportOnnx(File).SaveAsync();
        await Model.ExportOnnx(_folder.File("bytes.onnx")).WithByteInput().SaveAsync();
        byte[] pixels = new byte[64 * 64 * 3];
        new Random(3).NextBytes(pixels);
        float[] images = new float[pixels.Length];
        (RgbTriple mean, RgbTriple deviation) = (PreprocessingSpec.ImageNetMean, PreprocessingSpec.ImageNetStandardDeviation);
        for (int i = 0; i < pixels.Length; i++)
        {
            (float channelMean, float channelDeviation) = (i % 3) switch
            {
                0 => (mean.Red, deviation.Red),
                1 => (mean.Green, deviation.Green),
                _ => (mean.Blue, deviation.Blue),
            };
            images[(i % 3 * 64 * 64) + (i / 3)] = ((pixels[i] / 255f) - channelMean) / channelDeviation;
        }

        using var plain = new InferenceSession(File);
        using var bytes = new InferenceSession(_folder.File("bytes.onnx"));
        float[][] expected = Run(plain, images, [1, 3, 64, 64]);
        float[][] found = Run(bytes, pixels, [1, 64, 64, 3]);
        Assert.All(expected[0].Zip(found[0]), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        Assert.All(expected[1].Zip(found[1]), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
    }

    [Fact]
    public async Task Save_UnitLength_ScalesTheEmbeddingOnly()
    {
        await Model.ExportOnnx(File).WithUnitLength().SaveAsync();
        using var session = new InferenceSession(File);
        float[] images = [.. Enumerable.Range(0, 3 * 64 * 64).Select(i => (i % 17) - 8f)];
        float[][] outputs = Run(session, images, [1, 3, 64, 64]);
        Assert.Equal(1, Math.Sqrt(outputs[1].Sum(value => (double)value * value)), 5);
        double tokenLength = Math.Sqrt(outputs[0].Take(32).Sum(value => (double)value * value));
        Assert.Equal(Math.Sqrt(32), tokenLength, 2);
    }

    [Fact]
    public async Task Save_OtherImageSize_InterpolatesThePositions()
    {
        OnnxExportResult result = await Model.ExportOnnx(File).WithImageSize(96).WithParityReference(OnnxParityReference.Torch).SaveAsync();
        Assert.InRange(result.Parity!.MaximumDifference, 0, 1e-4);
        using var session = new InferenceSession(File);
        Assert.Equal([-1, 3, 96, 96], session.InputMetadata["images"].Dimensions);
        Assert.Equal([-1, 36, 32], session.OutputMetadata["tokens"].Dimensions);
    }

    [Fact]
    public async Task Save_ReducedPrecision_ShrinksTheFile()
    {
        ScottModel model = ScottModel.Create("scott-mini-112", seed: 5);
        long full = (await model.ExportOnnx(File).SaveAsync()).FileBytes;
        long halfWeights = (await model.ExportOnnx(File).WithFloat16Weights().SaveAsync()).FileBytes;
        long half = (await model.ExportOnnx(File).WithFloat16().SaveAsync()).FileBytes;
        long int8 = (await model.ExportOnnx(File).WithInt8().SaveAsync()).FileBytes;
        Assert.InRange((double)halfWeights / full, 0.5, 0.51);
        Assert.InRange((double)half / full, 0.5, 0.51);
        Assert.InRange((double)int8 / full, 0.3, 0.42);
        Assert.Equal(int8, new FileInfo(File).Length);
    }

    [Fact]
    public async Task Save_OverTolerance_IsAnErrorAndLeavesTheOldFile()
    {
        await System.IO.File.WriteAllTextAsync(File, "old");
        var options = new OnnxExportOptions { Precision = OnnxPrecision.Int8, MaximumDifference = 1e-6 };
        OnnxExportException error = await Assert.ThrowsAsync<OnnxExportException>(() => Model.ExportOnnx(File).WithOptions(options).SaveAsync());
        Assert.Equal(File, error.Path);
        Assert.InRange(error.MaximumDifference!.Value, 1e-6, 10);
        Assert.InRange(error.MinimumCosine!.Value, 0.9, 1);
        Assert.Contains(
            "was not written: the graph disagrees with the model, against TorchSharp: tokens differs by at most",
            error.Message,
            StringComparison.Ordinal);
        Assert.Equal("old", await System.IO.File.ReadAllTextAsync(File));
        Assert.Single(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task Save_WrongGoldenOutputs_IsAnError()
    {
        var golden = new OnnxGoldenOutputs(new float[3 * 64 * 64], Enumerable.Repeat(7f, 16 * 32).ToArray(), 1);
        await Assert.ThrowsAsync<OnnxExportException>(() => Model.ExportOnnx(File).WithGoldenOutputs(golden).SaveAsync());
        Assert.False(System.IO.File.Exists(File));
        ScottConfigurationException error = await Assert.ThrowsAsync<ScottConfigurationException>(
            () => Model.ExportOnnx(File).WithGoldenOutputs(golden with { Count = 0 }).SaveAsync());
        Assert.Equal(
            ["Count is 0; expected at least 1.", "Images has 12288 numbers; expected 0 × 12288.", "Tokens has 512 numbers; expected 0 × 512."],
            error.Faults);
    }

    [Fact]
    public async Task Save_WithoutLibtorch_ComparesWithThePlainGraph()
    {
        OnnxExportResult result = await Model.ExportOnnx(File)
            .WithOperatorSet(OnnxOperatorSet.OnnxRuntime)
            .WithParityReference(OnnxParityReference.OnnxRuntime)
            .SaveAsync();
        Assert.Equal("ONNX Runtime, single precision, not optimized", result.Parity!.Reference);
        Assert.InRange(result.Parity.MaximumDifference, 0, 1e-4);
    }

    [Fact]
    public async Task Save_Progress_NamesEachStage()
    {
        var stages = new Stages();
        await Model.ExportOnnx(File).SaveAsync(stages);
        Assert.Equal([OnnxExportStage.Emitting, OnnxExportStage.Verifying, OnnxExportStage.Writing], stages.Seen);
        OnnxExportResult unverified = await Model.ExportOnnx(File).WithoutVerification().SaveAsync();
        Assert.Null(unverified.Parity);
    }

    [Fact]
    public async Task Save_Twice_IsRefused()
    {
        OnnxExportBuilder export = Model.ExportOnnx(File).WithoutVerification();
        await export.SaveAsync();
        const string Expected = "This builder has already run; call ScottModel.ExportOnnx(path) for a new one.";
        Assert.Equal(Expected, (await Assert.ThrowsAsync<InvalidOperationException>(() => export.SaveAsync())).Message);
        Assert.Equal(Expected, Assert.Throws<InvalidOperationException>(export.WithInt8).Message);
    }

    [Fact]
    public async Task Save_LibtorchThatDoesNotLoad_ComparesWithThePlainGraph()
    {
        ReferenceEngine missing = (_, _, _, _, _) => throw new NativeLibraryException("libtorch", "TorchSharp-cpu", [], "It is not installed.");
        OnnxExportResult result = await new OnnxExportBuilder(File, Model, null, missing).SaveAsync();
        Assert.Equal("ONNX Runtime, single precision, not optimized", result.Parity!.Reference);
        var strict = new OnnxExportBuilder(File, Model, null, missing);
        await Assert.ThrowsAsync<NativeLibraryException>(() => strict.WithParityReference(OnnxParityReference.Torch).SaveAsync());
    }

    [Fact]
    public async Task Save_Canceled_WritesNothing()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Model.ExportOnnx(File).SaveAsync(null, new CancellationToken(canceled: true)));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task Save_OverTwoGigabytes_IsRefused()
    {
        // Big on paper only: all weights of one size share one array.
        ScottArchitecture architecture = Architectures.Tiny with { EmbeddingWidth = 1024, Depth = 100 };
        var shared = new Dictionary<int, byte[]>();
        var weights = new WeightSet(BackboneLayout.Backbone(architecture).Select(spec =>
        {
            ref byte[]? bytes = ref CollectionsMarshal.GetValueRefOrAddDefault(shared, spec.ElementCount, out _);
            bytes ??= new byte[4 * spec.ElementCount];
            return new WeightTensor(spec.Name, TensorDType.Float32, spec.Shape, bytes);
        }));
        var model = new ScottModel(architecture, PreprocessingSpec.ForImage(64), weights, new ModelMetadata());
        var export = new OnnxExportBuilder(File, model, null, (_, _, _, _, _) => throw new InvalidOperationException("not reached"));
        ModelTooLargeException error = await Assert.ThrowsAsync<ModelTooLargeException>(() => export.SaveAsync());
        Assert.Contains("an ONNX graph holds at most 2147483647.", error.Message, StringComparison.Ordinal);
        Assert.Throws<ModelTooLargeException>(() => new FeatureExtractorBuilder(model).Build());
    }

    [Fact]
    public async Task Save_HalfPrecisionWeightsFile_ExportsTheSameNumbers()
    {
        await Model.WithFloat16Weights().SaveAsync(_folder.File("half.safetensors"));
        ScottModel model = await ScottModel.FromFileAsync(_folder.File("half.safetensors"));
        OnnxExportResult result = await model.ExportOnnx(File).WithFloat16Weights().SaveAsync();

        // The weights are halves already, so nothing is lost.
        Assert.InRange(result.Parity!.MaximumDifference, 0, 1e-4);
    }

    /// <summary>With 8-bit weights the fast kernel of AVX2 saturates and the wide one does not: the two gave cosines of 0.97 and 0.9999.</summary>
    [Fact]
    public async Task Save_Int8_GivesTheSameNumbersOnEveryKernel()
    {
        await Model.ExportOnnx(File).WithInt8().SaveAsync();
        float[] images = [.. Enumerable.Range(0, 3 * 64 * 64).Select(i => (float)Math.Sin(i * 0.37) * 2)];
        float[][][] outputs = [.. new[] { "0", "1" }.Select(isWide =>
        {
            using var options = new SessionOptions();
            options.AddSessionConfigEntry("session.x64quantprecision", isWide);
            using var session = new InferenceSession(File, options);
            return Run(session, images, [1, 3, 64, 64]);
        })];
        Assert.All(outputs[0][0].Zip(outputs[1][0]), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    private static float[][] Run<T>(InferenceSession session, T[] images, long[] shape)
        where T : unmanaged
    {
        using var options = new RunOptions();
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(images, shape);
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(options, ["images"], [input], ["tokens", "embedding"]);
        return [.. outputs.Select(value => value.GetTensorDataAsSpan<float>().ToArray())];
    }

    private sealed class Stages : IProgress<OnnxExportStage>
    {
        public List<OnnxExportStage> Seen { get; } = [];

        public void Report(OnnxExportStage value) => Seen.Add(value);
    }
}
