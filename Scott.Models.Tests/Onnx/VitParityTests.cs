using Microsoft.Extensions.Logging.Abstractions;
using Scott.Models.Inference;
using Scott.Models.Tests.Parity;
using Scott.Models.Torch;
using Scott.Models.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Tests.Onnx;

/// <summary>Standard ViTs in every naming scheme, on all engines, against golden numbers.</summary>
[Collection(TorchTests.Name)]
public sealed class VitParityTests
{
    public static TheoryData<string> Cases => VitCase.All;

    public static TheoryData<string> CasesWithRegisters => VitCase.Having(golden => golden.Has("out.registers"));

    public static TheoryData<string> CasesWithLogits => VitCase.Having(golden => golden.Has("out.logits"));

    public static TheoryData<string> CasesWithoutHead => VitCase.Having(golden => golden.HasConfiguration && !golden.Has("out.logits"));

    [Fact]
    public void Cases_OwnFolder_AreAllEight() => Assert.True(Cases.Count >= 8);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task AllEngines_GoldenImages_GiveTheGoldenTokens(string folder)
    {
        var golden = new VitCase(folder);
        foreach (ScottModel model in await golden.ReadModelsAsync())
        {
            foreach (FeatureEngine engine in Enum.GetValues<FeatureEngine>())
            {
                AssertClose(golden["out.cls"], Run(model, engine, golden["x"], EmbeddingPooling.ClassToken).Vectors);
                AssertClose(golden["out.mean_of_patches"], Run(model, engine, golden["x"], EmbeddingPooling.PatchMean).Vectors);
                FeatureBatch joined = Run(model, engine, golden["x"], EmbeddingPooling.ClassTokenAndPatchMean);
                AssertClose(golden["out.patches"], joined.Tokens);
                float[][] rows = [.. joined.Vectors.Chunk(2 * model.Architecture.EmbeddingWidth)];
                AssertClose(golden["out.cls"], [.. rows.SelectMany(row => row[..model.Architecture.EmbeddingWidth])]);
                AssertClose(golden["out.mean_of_patches"], [.. rows.SelectMany(row => row[model.Architecture.EmbeddingWidth..])]);
                for (int block = 0; block < model.Architecture.Depth; block++)
                    AssertClose(golden[FormattableString.Invariant($"out.block.{block}")], joined.Blocks[block], model.Architecture);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task AllEngines_OtherSizes_ResamplePositionsBothWays(string folder)
    {
        var golden = new VitCase(folder);
        ScottModel model = (await golden.ReadModelsAsync())[0];
        Assert.NotEmpty(golden.OtherSizes);
        foreach (string size in golden.OtherSizes)
        {
            WeightTensor images = golden[size + ".x"];
            foreach (PositionResampling resampling in Enum.GetValues<PositionResampling>())
            {
                StandardVit standard = model.Architecture.StandardVit! with { PositionResampling = resampling };
                ScottModel resized = new ScottModel(
                    model.Architecture with { StandardVit = standard }, model.Preprocessing, model.Weights, model.Metadata)
                    .WithImageSize((int)images.Shape[2], (int)images.Shape[3]);
                string expected = $"{size}.{(resampling == PositionResampling.Plain ? "plain" : "antialiased")}";
                foreach (FeatureEngine engine in Enum.GetValues<FeatureEngine>())
                {
                    FeatureBatch found = Run(resized, engine, images, EmbeddingPooling.ClassToken);
                    AssertClose(golden[expected + ".cls"], found.Vectors);
                    AssertClose(golden[expected + ".patches"], found.Tokens);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Registers_EveryModel_AreThereIfTheyAreInTheGoldenNumbers(string folder)
    {
        var golden = new VitCase(folder);
        Assert.Equal(golden.Has("out.registers"), (await golden.ReadModelsAsync())[0].Architecture.RegisterTokens > 0);
    }

    [Theory]
    [MemberData(nameof(CasesWithRegisters))]
    public async Task Registers_GoldenImages_AreTheGoldenOnes(string folder)
    {
        var golden = new VitCase(folder);
        ScottModel model = (await golden.ReadModelsAsync())[0];
        using Backbone backbone = model.CreateBackbone(TorchDevice.Cpu);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        Tensor all = backbone.ForwardAll(tensor(golden["x"].ToArray(), golden["x"].Shape));
        Closeness.AssertOutput(golden["out.registers"], backbone.Normalize(all.narrow(1, 1, model.Architecture.RegisterTokens)));
    }

    [Theory]
    [MemberData(nameof(CasesWithoutHead))]
    public async Task Classifier_OfAFolderWithoutAHead_IsRefused(string folder) =>
        await Assert.ThrowsAsync<ModelFormatException>(() => ScottClassifier.FromHuggingFaceFolderAsync(folder));

    [Theory]
    [MemberData(nameof(CasesWithLogits))]
    public async Task Classifier_GoldenImages_GivesTheGoldenLogits(string folder)
    {
        var golden = new VitCase(folder);
        ScottClassifier classifier = await ScottClassifier.FromHuggingFaceFolderAsync(folder);
        FeatureLayout layout = FeatureLayout.ForClasses(classifier.Model.Architecture, classifier.ClassNames.Count);
        foreach (FeatureEngine engine in Enum.GetValues<FeatureEngine>())
        {
            var options = new FeatureExtractionOptions { TorchDevice = TorchDevice.Cpu };
            AssertClose(golden["out.logits"], Run(classifier.Model, classifier, engine, layout, options, golden["x"]).Logits);
        }

        var half = new FeatureExtractionOptions { TorchDevice = TorchDevice.Cpu, TorchPrecision = TorchPrecision.BFloat16 };
        float[] logits = Run(classifier.Model, classifier, FeatureEngine.Torch, layout, half, golden["x"]).Logits;
        Assert.InRange(System.Numerics.Tensors.TensorPrimitives.CosineSimilarity<float>(golden["out.logits"].ToArray(), logits), 0.999, 1.00001);
    }

    private static FeatureBatch Run(ScottModel model, FeatureEngine engine, WeightTensor images, EmbeddingPooling pooling)
    {
        var options = new FeatureExtractionOptions
        {
            TorchDevice = TorchDevice.Cpu,
            IncludeTokens = true,
            Pooling = pooling,
            Blocks = Enumerable.Range(0, model.Architecture.Depth).ToHashSet(),
        };
        return Run(model, null, engine, FeatureLayout.ForFeatures(model.Architecture, options), options, images);
    }

    private static FeatureBatch Run(
        ScottModel model, ScottClassifier? classifier, FeatureEngine engine, FeatureLayout layout, InferenceOptions options, WeightTensor images)
    {
        int count = (int)images.Shape[0];
        var batch = new FeatureBatch(layout, count);
        images.CopyTo(batch.Images);
        using IFeatureEngine computing = engine switch
        {
            FeatureEngine.OnnxRuntime => new OnnxFeatureEngine(model, classifier, layout, options, NullLogger.Instance),
            FeatureEngine.Torch => new TorchFeatureEngine(model, classifier, layout, options),
            _ => new ManagedFeatureEngine(model, classifier, layout, options),
        };
        computing.Run(batch, count, isBulk: false);
        return batch;
    }

    /// <summary>Compares the patches of a golden tensor of all tokens.</summary>
    private static void AssertClose(WeightTensor all, float[] patches, ScottArchitecture architecture)
    {
        int width = architecture.EmbeddingWidth;
        IEnumerable<float> expected = all.ToArray()
            .Chunk(architecture.Tokens * width)
            .SelectMany(image => image[(architecture.PrefixTokens * width)..]);
        AssertClose([.. expected], patches, all.Name);
    }

    private static void AssertClose(WeightTensor expected, float[] found) => AssertClose(expected.ToArray(), found, expected.Name);

    private static void AssertClose(float[] expected, float[] found, string name)
    {
        Assert.Equal(expected.Length, found.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            double allowed = 2e-5 + (1e-4 * Math.Abs(expected[i]));
            Assert.True(Math.Abs(expected[i] - found[i]) <= allowed, $"{name}[{i}]: expected {expected[i]}, found {found[i]}.");
        }
    }
}
