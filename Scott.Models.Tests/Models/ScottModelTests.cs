using Scott.Models.Tests.Parity;
using Scott.Models.Torch;
using Scott.Models.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Tests;

[Collection(TorchTests.Name)]
public sealed class ScottModelTests
{
    public static TheoryData<string> Checkpoints => [.. ParityCases.Files("*.pth")];

    [Theory]
    [MemberData(nameof(Checkpoints))]
    public async Task FromFile_ImportedCheckpoint_GivesTheGoldenOutputs(string path)
    {
        BackboneCase expected = BackboneCase.ForCheckpoint(path, await PyTorchCheckpoint.ReadAsync(path));
        ScottModel imported = await ScottModel.FromFileAsync(path, new ModelFileOptions { Architecture = expected.Architecture });
        Assert.Equal($"imported from {Path.GetFileName(path)}", imported.Metadata.Provenance);
        AssertGolden(expected, imported);

        using var folder = new TemporaryFolder();
        await imported.SaveAsync(folder.File("imported.safetensors"));
        AssertGolden(expected, await ScottModel.FromFileAsync(folder.File("imported.safetensors")));
    }

    [Theory]
    [InlineData(WeightStorage.Managed)]
    [InlineData(WeightStorage.MemoryMapped)]
    public async Task SaveThenFromFile_Model_IsTheSame(WeightStorage storage)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("model.safetensors");
        ScottModel model = ScottModel.Create(Architectures.TinyVit, seed: 3).WithMetadata(new ModelMetadata
        {
            Id = "test",
            License = "MIT",
            TrainingData = "none",
            Metrics = new Dictionary<string, double> { ["knn"] = 0.5, ["diverged"] = double.NaN },
        });
        await model.SaveAsync(path);
        ScottModel read = await ScottModel.FromFileAsync(path, new ModelFileOptions { Storage = storage });
        Assert.Equal((model.Architecture, model.Preprocessing), (read.Architecture, read.Preprocessing));
        ModelMetadata metadata = read.Metadata;
        Assert.Equal(("test", "MIT", "none", 0.5), (metadata.Id, metadata.License, metadata.TrainingData, metadata.Metrics["knn"]));
        Assert.Equal(double.NaN, read.Metadata.Metrics["diverged"]);
        Assert.All(model.Weights, weight => Assert.Equal(weight.Data.ToArray(), read.Weights[weight.Name].Data.ToArray()));
    }

    [Fact]
    public async Task FromBytes_FileInMemory_IsTheModelOfTheFile()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("model.safetensors");
        await ScottModel.Create(Architectures.TinyVit, seed: 3).SaveAsync(path);
        byte[] bytes = await File.ReadAllBytesAsync(path);
        ScottModel expected = await ScottModel.FromFileAsync(path);
        var read = ScottModel.FromBytes(bytes);
        Assert.Equal((expected.Architecture, expected.Preprocessing, expected.Checksum), (read.Architecture, read.Preprocessing, read.Checksum));

        SafetensorsException error = Assert.Throws<SafetensorsException>(() => ScottModel.FromBytes(bytes.AsMemory(..1000), name: "of the database"));
        Assert.Contains("of the database", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FromFile_WithoutDescription_AsksForTheArchitecture()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("bare.safetensors");
        ScottModel model = ScottModel.Create(Architectures.Tiny, seed: 3);
        await SafetensorsFile.WriteAsync(path, model.Weights);
        ModelFormatException error = await Assert.ThrowsAsync<ModelFormatException>(() => ScottModel.FromFileAsync(path));
        Assert.Contains("does not say what architecture", error.Message, StringComparison.Ordinal);
        ScottModel read = await ScottModel.FromFileAsync(path, new ModelFileOptions { Architecture = Architectures.Tiny });
        Assert.Equal(PreprocessingSpec.ForImage(64), read.Preprocessing);
    }

    [Fact]
    public async Task FromFile_OtherArchitectureAskedFor_IsRefused()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("model.safetensors");
        await ScottModel.Create(Architectures.Tiny, seed: 3).SaveAsync(path);
        var other = new ModelFileOptions { Architecture = Architectures.TinyVit };
        await Assert.ThrowsAsync<ModelFormatException>(() => ScottModel.FromFileAsync(path, other));
    }

    [Theory]
    [InlineData("scott.version", "3", "describes its model in version '3'; this package reads versions 1 and 2.")]
    [InlineData("scott.architecture", "{}", "describes its model in a way that is not understood.")]
    [InlineData("scott.model", "{\"id\":null}", "describes its model in a way that is not understood.")]
    [InlineData("scott.preprocessing", null, "describes its model without 'scott.preprocessing'.")]
    public async Task FromFile_DescriptionNotUnderstood_IsATypedError(string key, string? value, string expected)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("model.safetensors");
        await ScottModel.Create(Architectures.Tiny, seed: 3).SaveAsync(path);
        SafetensorsContent content = await SafetensorsFile.ReadAsync(path);
        var metadata = content.Metadata.ToDictionary();
        metadata.Remove(key);
        if (value is not null)
            metadata[key] = value;

        await SafetensorsFile.WriteAsync(path, content.Tensors, metadata);
        ModelFormatException error = await Assert.ThrowsAsync<ModelFormatException>(() => ScottModel.FromFileAsync(path));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FromFile_WeightsThatDoNotFit_ListsEveryDifference()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("misfit.safetensors");
        ScottModel model = ScottModel.Create(Architectures.Tiny, seed: 3);
        IEnumerable<WeightTensor> extra = Enumerable.Range(0, 12).Select(i => WeightTensor.Create($"extra.{i:00}", [1], [0]));
        await SafetensorsFile.WriteAsync(path, new WeightSet(model.Weights
            .Where(weight => weight.Name != "transformer.msk_embed")
            .Select(weight => weight.Name == "transformer.pos_embed" ? WeightTensor.Create(weight.Name, [1, 2], [0, 0]) : weight)
            .Concat(extra)));
        WeightMismatchException error = await Assert.ThrowsAsync<WeightMismatchException>(
            () => ScottModel.FromFileAsync(path, new ModelFileOptions { Architecture = Architectures.Tiny }));
        Assert.Equal(["transformer.msk_embed"], error.Missing);
        Assert.Equal(["transformer.pos_embed [1, 2], expected [16, 32]"], error.Mismatched);
        Assert.Equal(12, error.Unexpected.Count);
        Assert.Contains("12 unexpected: extra.00, extra.01, ", error.Message, StringComparison.Ordinal);
        Assert.Contains("extra.09, and 2 more.", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("extra.10", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FromFile_WholeNumberWeights_AreRefused()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("whole.safetensors");
        ScottModel model = ScottModel.Create(Architectures.Tiny, seed: 3);
        await SafetensorsFile.WriteAsync(path, new WeightSet(model.Weights.Select(weight =>
            weight.Name == "transformer.msk_embed" ? new WeightTensor(weight.Name, TensorDType.Int32, weight.Shape, weight.Data) : weight)));
        WeightMismatchException error = await Assert.ThrowsAsync<WeightMismatchException>(
            () => ScottModel.FromFileAsync(path, new ModelFileOptions { Architecture = Architectures.Tiny }));
        Assert.Equal(["transformer.msk_embed Int32, expected Float32, Float16 or BFloat16"], error.Mismatched);
    }

    [Fact]
    public void WithImageSize_LargerImage_RunsAndKeepsEveryOtherWeight()
    {
        ScottModel model = ScottModel.Create(Architectures.TinyVit, seed: 3);
        ScottModel larger = model.WithImageSize(96);
        Assert.Equal((96, 110, 96), (larger.Architecture.ImagePixels, larger.Preprocessing.ResizePixels, larger.Preprocessing.ImagePixels));
        Assert.All(
            model.Weights.Where(weight => weight.Name != "transformer.pos_embed"),
            weight => Assert.Same(weight, larger.Weights[weight.Name]));
        using Backbone backbone = larger.CreateBackbone(TorchDevice.Cpu);
        using DisposeScope scope = NewDisposeScope();
        Assert.Equal([2, 36, 32], backbone.call(randn(2, 3, 96, 96), null).shape);
        Assert.Throws<ScottConfigurationException>(() => model.WithImageSize(97));
        ScottModel zoomed = new(model.Architecture, model.Preprocessing with { ResizePixels = 16384 }, model.Weights, model.Metadata);
        Assert.Equal("PreprocessingSpec", Assert.Throws<ScottConfigurationException>(() => zoomed.WithImageSize(96)).Subject);
    }

    [Fact]
    public async Task FromFile_PreprocessingOfAnotherSize_IsRefused()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("bare.safetensors");
        await SafetensorsFile.WriteAsync(path, ScottModel.Create(Architectures.Tiny, seed: 3).Weights);
        ModelFormatException error = await Assert.ThrowsAsync<ModelFormatException>(() => ScottModel.FromFileAsync(
            path, new ModelFileOptions { Architecture = Architectures.Tiny, Preprocessing = PreprocessingSpec.ForImage(112) }));
        Assert.Contains("images of 112 pixels; the architecture takes 64", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FromFile_Canceled_Stops()
    {
        string path = ParityCases.Files("*.pth").First();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ScottModel.FromFileAsync(
            path, new ModelFileOptions { Architecture = Architectures.Tiny }, new CancellationToken(canceled: true)));
    }

    private static void AssertGolden(BackboneCase expected, ScottModel model)
    {
        using Backbone backbone = model.CreateBackbone(TorchDevice.Cpu);
        using DisposeScope scope = NewDisposeScope();
        Closeness.AssertOutput(expected["out.encoder_dense"], backbone.call(expected.Input("x"), null));
        Closeness.AssertOutput(expected["out.encoder_masked"], backbone.call(expected.Input("x"), expected.KeepMask()));
    }
}
