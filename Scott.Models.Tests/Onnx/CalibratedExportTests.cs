using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;
using Scott.Models.Imaging;
using Scott.Models.Onnx;
using Scott.Models.Tests.Inference;
using Scott.Models.Tests.Parity;
using Scott.Models.Weights;

namespace Scott.Models.Tests.Onnx;

/// <summary>Exports in 8-bit integers with scales that are measured on images.</summary>
[Collection(TorchTests.Name)]
public sealed class CalibratedExportTests : IDisposable
{
    private const int Pixels = 64;

    private static readonly ScottModel Model = ScottModel.Create(Architectures.Tiny, seed: 5);
    private static readonly long[] ImageShape = [3, Pixels, Pixels];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string File => _folder.File("model.onnx");

    [Theory]
    [InlineData(OnnxOperatorSet.Opset17)]
    [InlineData(OnnxOperatorSet.Opset23)]
    public async Task Save_Calibrated_UsesStandardOperatorsWithConstantScales(OnnxOperatorSet operatorSet)
    {
        OnnxExportResult result = await Model.ExportOnnx(File).WithOperatorSet(operatorSet).WithInt8(await ImagesAsync()).SaveAsync();
        Assert.InRange(result.Parity!.MinimumCosine, 0.999, 1.00001);
        ModelProto written = ModelProto.Parser.ParseFrom(await System.IO.File.ReadAllBytesAsync(File));
        Assert.Equal(string.Empty, Assert.Single(written.OpsetImport).Domain);
        Assert.All(written.Graph.Node, node => Assert.Equal(string.Empty, node.Domain));
        ILookup<string, NodeProto> nodes = written.Graph.Node.ToLookup(node => node.OpType);
        Assert.Empty(nodes["DynamicQuantizeLinear"]);
        Assert.Single(nodes["QLinearConv"]);
        Assert.Equal(4 * Architectures.Tiny.Depth, nodes["MatMulInteger"].Count());
        HashSet<string> constants = [.. written.Graph.Initializer.Select(initializer => initializer.Name)];
        Assert.All(nodes["QuantizeLinear"], node => Assert.Subset(constants, node.Input.Skip(1).ToHashSet()));
    }

    /// <summary>With scales of the batch, as without calibration images, the numbers of an image changed with its neighbors.</summary>
    [Fact]
    public async Task Save_Calibrated_NoImageDependsOnItsBatch()
    {
        await Model.ExportOnnx(File).WithInt8(await ImagesAsync()).SaveAsync();
        await Model.ExportOnnx(_folder.File("dynamic.onnx")).WithInt8().SaveAsync();
        float[] image = Waves(0.37f, 1);
        float[] batch = [.. image, .. Waves(0.11f, 3), .. Waves(0.05f, 2)];
        double Difference(string file)
        {
            using var session = new InferenceSession(file);
            return Closeness.Largest(Run(session, image, 1), Run(session, batch, 3)[..Architectures.Tiny.EmbeddingWidth]);
        }

        double calibrated = Difference(File);
        Assert.InRange(calibrated, 0, 1e-5);
        Assert.True(Difference(_folder.File("dynamic.onnx")) > 10 * calibrated);
    }

    [Fact]
    public async Task Save_Calibrated_GivesTheSameNumbersOnEveryKernel()
    {
        await Model.ExportOnnx(File).WithInt8(await ImagesAsync()).SaveAsync();
        float[][] outputs = [.. new[] { "0", "1" }.Select(isWide =>
        {
            using var options = new SessionOptions();
            options.AddSessionConfigEntry("session.x64quantprecision", isWide);
            using var session = new InferenceSession(File, options);
            return Run(session, Waves(0.37f, 2), 1);
        })];
        Assert.InRange(Closeness.Largest(outputs[0], outputs[1]), 0, 1e-5);
    }

    /// <summary>The published weights, on drawn images that the ranges were not measured on.</summary>
    [Theory]
    [InlineData("scott-mini-112")]
    [InlineData("scott-mini-112-distilled")]
    public async Task Save_CalibratedTrainedModel_StaysNearSinglePrecision(string id)
    {
        ScottModel model = await ScottModel.FromFileAsync(Path.Combine(Repository.Root, "weights", id + ".safetensors"));
        await model.ExportOnnx(File).WithInt8(await ImagesAsync(count: 8)).SaveAsync();
        await model.ExportOnnx(_folder.File("single.onnx")).WithoutVerification().SaveAsync();
        using var calibrated = new InferenceSession(File);
        using var single = new InferenceSession(_folder.File("single.onnx"));
        float[] image = new float[model.Architecture.ImageLength];
        string path = _folder.File("other.png");
        await TestFiles.WriteImageAsync(path, seed: 30);
        await new ImagePreprocessor(model.Preprocessing).PreprocessAsync(path, image);
        long[] shape = [3, model.Architecture.ImageHeight, model.Architecture.ImageWidth];
        Assert.InRange(TensorPrimitives.CosineSimilarity<float>(Run(single, image, 1, shape), Run(calibrated, image, 1, shape)), 0.999f, 1.00001f);
    }

    [Fact]
    public async Task Save_CalibratedOnStreams_ReadsEachOnce()
    {
        ImageSource[] files = await ImagesAsync(count: 2);
        await Model.ExportOnnx(File).WithInt8(files).SaveAsync();
        byte[] first = await System.IO.File.ReadAllBytesAsync(File);
        using FileStream one = System.IO.File.OpenRead(_folder.File("image0.png")), other = System.IO.File.OpenRead(_folder.File("image1.png"));
        await Model.ExportOnnx(File).WithInt8([ImageSource.FromStream(one), ImageSource.FromStream(other)]).SaveAsync();
        Assert.Equal(first, await System.IO.File.ReadAllBytesAsync(File));
    }

    [Fact]
    public async Task Save_CalibratedTwice_WritesTheSameBytes()
    {
        ImageSource[] images = await ImagesAsync();
        await Model.ExportOnnx(File).WithInt8(images).SaveAsync();
        byte[] first = await System.IO.File.ReadAllBytesAsync(File);
        await Model.ExportOnnx(File).WithInt8(images.Reverse()).SaveAsync();
        Assert.Equal(first, await System.IO.File.ReadAllBytesAsync(File));
    }

    [Fact]
    public async Task Save_CalibratedClassifierWithByteInput_AgreesWithTheModel()
    {
        OnnxExportResult result = await Classifiers.Create(ClassifierHead.CrossAttentive)
            .ExportOnnx(File).WithByteInput().WithInt8((await ImagesAsync())[..1]).SaveAsync();
        Assert.InRange(result.Parity!.MinimumCosine, 0.99, 1.00001);
    }

    [Fact]
    public async Task Save_CalibratedModelOfEachTokenizer_AgreesWithTheModel()
    {
        foreach (ScottArchitecture architecture in new[] { Architectures.TinyVit, Architectures.TinyStandardVit, Architectures.TinyWide })
        {
            ScottModel model = ScottModel.Create(architecture, seed: 5);
            OnnxExportResult result = await model.ExportOnnx(File).WithInt8(await ImagesAsync()).SaveAsync();
            Assert.InRange(result.Parity!.MinimumCosine, 0.999, 1.00001);
        }
    }

    [Fact]
    public async Task Save_WithInt8AfterCalibration_ComputesScalesAtRunTime()
    {
        await Model.ExportOnnx(File).WithInt8(await ImagesAsync()).WithInt8().SaveAsync();
        ModelProto written = ModelProto.Parser.ParseFrom(await System.IO.File.ReadAllBytesAsync(File));
        Assert.DoesNotContain(written.Graph.Node, node => node.OpType is "QuantizeLinear" or "QLinearConv");
    }

    [Fact]
    public async Task Save_ReplacedOptionsAfterCalibration_LeavesTheImagesOut()
    {
        await Model.ExportOnnx(File).WithInt8([_folder.File("missing.png")])
            .WithOptions(new OnnxExportOptions { Precision = OnnxPrecision.Int8 }).SaveAsync();
        await Model.ExportOnnx(File).WithInt8([_folder.File("missing.png")]).WithPrecision(OnnxPrecision.Int8).SaveAsync();
    }

    [Fact]
    public async Task Save_CalibratedWithDecodingOptions_UsesThem()
    {
        var decoding = new ImageDecodingOptions { MaximumPixels = 16 };
        ImageSource[] images = await ImagesAsync();
        await Assert.ThrowsAnyAsync<ImageFormatException>(() => Model.ExportOnnx(File).WithInt8(images, decoding).SaveAsync());
        Assert.False(System.IO.File.Exists(File));
    }

    /// <summary>Seven bits: pairs of products fit into 16 bits on processors without VNNI.</summary>
    [Fact]
    public async Task Save_Int8_NoWeightHasMoreThanSevenBits()
    {
        await Model.ExportOnnx(File).WithInt8(await ImagesAsync()).SaveAsync();
        ModelProto written = ModelProto.Parser.ParseFrom(await System.IO.File.ReadAllBytesAsync(File));
        sbyte[] integers = [.. written.Graph.Initializer
            .Where(tensor => tensor.DataType == TensorProto.Types.DataType.Int8)
            .SelectMany(tensor => tensor.RawData.ToByteArray())
            .Select(value => (sbyte)value)];
        Assert.Equal((-63, 63), (integers.Min(), integers.Max()));
    }

    [Fact]
    public async Task Save_Int8OfWeightsWithNaN_NamesTheTensor()
    {
        ScottModel broken = WithNaN("transformer.blocks.1.ffn_layer.last_linear.weight");
        OnnxExportException error = await Assert.ThrowsAsync<OnnxExportException>(
            () => broken.ExportOnnx(File).WithInt8().WithoutVerification().SaveAsync());
        Assert.Contains("'transformer.blocks.1.ffn_layer.last_linear.weight' holds NaN", error.Message, StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(File));
    }

    [Fact]
    public async Task Save_Calibrated_ReportsTheStageAndCanBeCanceledInIt()
    {
        using var source = new CancellationTokenSource();
        var stages = new List<OnnxExportStage>();
        var progress = new Listener(stage =>
        {
            stages.Add(stage);
            source.Cancel();
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await Model.ExportOnnx(File).WithInt8(await ImagesAsync()).SaveAsync(progress, source.Token));
        Assert.Equal([OnnxExportStage.Calibrating], stages);
        Assert.False(System.IO.File.Exists(File));
    }

    [Fact]
    public async Task WithInt8_BadImages_AreRefused()
    {
        ArgumentException none = Assert.Throws<ArgumentException>(() => Model.ExportOnnx(File).WithInt8([]));
        Assert.StartsWith("There is no calibration image; expected at least one.", none.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Model.ExportOnnx(File).WithInt8([null!]));
        string text = _folder.File("text.png");
        await System.IO.File.WriteAllTextAsync(text, "no image");
        ImageFormatException unreadable = await Assert.ThrowsAsync<ImageFormatException>(
            async () => await Model.ExportOnnx(File).WithInt8([.. await ImagesAsync(), text]).SaveAsync());
        Assert.Contains(text, unreadable.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<FileNotFoundException>(() => Model.ExportOnnx(File).WithInt8([_folder.File("missing.png")]).SaveAsync());
        Assert.False(System.IO.File.Exists(File));
    }

    [Fact]
    public async Task Save_CalibratedWeightsWithNaN_NamesTheImage()
    {
        ScottModel broken = WithNaN("transformer.blocks.0.ffn_layer.w12.weight");
        ImageSource[] images = await ImagesAsync();
        OnnxExportException error = await Assert.ThrowsAsync<OnnxExportException>(() => broken.ExportOnnx(File).WithInt8(images).SaveAsync());
        Assert.Contains(
            $"on the image '{images[0].Name}' the input of 'transformer.blocks.0.ffn_layer.last_linear.weight' holds numbers that are not finite.",
            error.Message, StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(File));
    }

    /// <summary>The model with a NaN at the start of one weight.</summary>
    private static ScottModel WithNaN(string name) => Model.WithWeights(new WeightSet(Model.Weights.Select(weight =>
    {
        float[] values = weight.ToArray();
        values[0] = weight.Name == name ? float.NaN : values[0];
        return WeightTensor.Create(weight.Name, weight.Shape, values);
    })));

    private async Task<ImageSource[]> ImagesAsync(int count = 4)
    {
        string[] paths = [.. Enumerable.Range(0, count).Select(i => _folder.File($"image{i}.png"))];
        for (int i = 0; i < count; i++)
            await TestFiles.WriteImageAsync(paths[i], seed: 5 * i);

        return [.. paths];
    }

    /// <summary>A normalized image of waves.</summary>
    private static float[] Waves(float frequency, float height) =>
        [.. Enumerable.Range(0, 3 * Pixels * Pixels).Select(i => height * MathF.Sin(i * frequency))];

    private static float[] Run(InferenceSession session, float[] images, long count, long[]? shape = null)
    {
        using var options = new RunOptions();
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(images, [count, .. shape ?? ImageShape]);
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(options, ["images"], [input], ["embedding"]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private sealed class Listener(Action<OnnxExportStage> listen) : IProgress<OnnxExportStage>
    {
        public void Report(OnnxExportStage value) => listen(value);
    }
}
