using Scott.Models.Imaging;
using Scott.Models.Inference;
using Scott.Models.Metrics;
using Scott.Models.Onnx;
using Scott.Models.Tests.Inference;
using Scott.Models.Torch;
using Scott.Models.Training;
using Scott.Models.Weights;

namespace Scott.Models.Tests.Training;

/// <summary>Every verb on models other than the paper's square ones: a standard ViT with class token, registers and LayerScale, and wide
/// images.</summary>
[Collection(TorchTests.Name)]
public sealed class StandardVitTests
{
    private static readonly ScottModel Model = ScottModel.Create(Architectures.TinyStandardVit, seed: 3);
    private static readonly ScottModel Wide = ScottModel.Create(Architectures.TinyWide, seed: 3);

    public static TheoryData<bool> Models => [true, false];

    /// <summary>Every scope with the head that looks at the class token and with one that looks at patches.</summary>
    public static TheoryData<FineTuningScope, ClassifierHead> Scopes
    {
        get
        {
            var data = new TheoryData<FineTuningScope, ClassifierHead>();
            foreach (FineTuningScope scope in Enum.GetValues<FineTuningScope>())
            {
                data.Add(scope, ClassifierHead.Linear);
                data.Add(scope, ClassifierHead.SimpleAttentive);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Scopes))]
    public async Task FineTune_EveryScope_LearnsAndExports(FineTuningScope scope, ClassifierHead head)
    {
        FineTuningOptions options = FineTuningRuns.Options with
        {
            Scope = scope,
            Head = head,
            Epochs = 12,
            MixupAlpha = 0,
            CutmixAlpha = 0,
            PeakLearningRate = 1e-2,
        };
        FineTuningResult result = await Model.FineTune(FineTuningRuns.Dataset)
            .WithValidation(FineTuningRuns.Validation)
            .WithOptions(options)
            .WithRunOptions(FineTuningRuns.Run)
            .RunAsync();
        Assert.True(result.History.Max(record => record.Validation.Top1) > 0.8, $"{scope}, {head}");
        using var folder = new TemporaryFolder();
        OnnxExportResult export = await result.Classifier.ExportOnnx(folder.File("classifier.onnx"))
            .WithParityReference(OnnxParityReference.Torch)
            .SaveAsync();
        Assert.Equal("TorchSharp", export.Parity!.Reference);
        await result.Classifier.SaveAsync(folder.File("classifier.safetensors"));
        ScottClassifier read = await ScottClassifier.FromFileAsync(folder.File("classifier.safetensors"));
        Assert.Equal(FineTuningRuns.Checksum(result.Classifier), FineTuningRuns.Checksum(read));
        bool isFrozen = scope == FineTuningScope.FrozenBackbone;
        Assert.Equal(isFrozen, Model.Weights.Checksum() == read.Model.Weights.Checksum());
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task Pretrain_Resumed_EndsInTheSameWeights(bool isStandard)
    {
        ScottModel model = Choose(isStandard);
        PretrainingBuilder Build(TrainingRunOptions run) =>
            model.Pretrain(PretrainingRuns.Dataset).WithOptions(PretrainingRuns.Options).WithRunOptions(run);
        PretrainingResult whole = await Build(PretrainingRuns.Run).RunAsync();
        using var folder = new TemporaryFolder();
        TrainingRunOptions stored = PretrainingRuns.Run with { CheckpointFolder = folder.File("run"), CheckpointInterval = TimeSpan.FromTicks(1) };
        using var stop = new CancellationTokenSource();
        var progress = new StopAfter(stop, steps: 5);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Build(stored).RunAsync(progress, stop.Token));
        PretrainingResult resumed = await Build(stored).RunAsync();
        Assert.Equal(PretrainingRuns.Checksum(whole.Model.Weights), PretrainingRuns.Checksum(resumed.Model.Weights));
        Assert.NotEqual(model.Weights.Checksum(), whole.Model.Weights.Checksum());
        if (isStandard)
        {
            string norm = StandardVitLayout.FinalNorm + ".weight";
            Assert.NotEqual(model.Weights[norm].ToArray(), whole.Model.Weights[norm].ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task Export_EveryPrecisionAndOperatorSet_AgreesWithTorch(bool isStandard)
    {
        ScottModel model = Choose(isStandard);
        using var folder = new TemporaryFolder();
        foreach (OnnxOperatorSet operators in Enum.GetValues<OnnxOperatorSet>())
        {
            foreach (OnnxPrecision precision in Enum.GetValues<OnnxPrecision>())
            {
                OnnxExportResult result = await model.ExportOnnx(folder.File("model.onnx"))
                    .WithOperatorSet(operators)
                    .WithPrecision(precision)
                    .WithByteInput()
                    .WithParityReference(OnnxParityReference.Torch)
                    .SaveAsync();
                Assert.Equal(["embedding", "tokens"], result.Parity!.Outputs.Select(output => output.Output).Order());
            }
        }
    }

    [Theory]
    [InlineData(EmbeddingPooling.PatchMean)]
    [InlineData(EmbeddingPooling.ClassToken)]
    [InlineData(EmbeddingPooling.ClassTokenAndPatchMean)]
    public async Task Pooling_EveryVerb_TakesIt(EmbeddingPooling pooling)
    {
        int width = Model.Architecture.EmbeddingWidth * (pooling == EmbeddingPooling.ClassTokenAndPatchMean ? 2 : 1);
        float[][] vectors = [.. await Task.WhenAll(Enum.GetValues<FeatureEngine>().Select(async engine =>
        {
            FeatureExtractorBuilder builder = Model.ExtractFeatures().WithPooling(pooling).WithUnitLength();
            using FeatureExtractor extractor = (engine switch
            {
                FeatureEngine.Torch => builder.UseTorch(TorchDevice.Cpu),
                FeatureEngine.Managed => builder.UseManaged(),
                _ => builder,
            }).Build();
            Assert.Equal(width, extractor.EmbeddingWidth);
            return await extractor.EmbedAsync(Image());
        }))];
        Assert.Equal(width, vectors[0].Length);
        Assert.All(vectors[1..], vector => Inference.Vectors.AssertClose(vectors[0], vector));
        EvaluationResult result = await Model.Evaluate(FineTuningRuns.Dataset, FineTuningRuns.Validation)
            .WithPooling(pooling)
            .WithProbe(new ProbeOptions { Epochs = 2, BatchSize = 8 })
            .UseDevice(TorchDevice.Cpu)
            .RunAsync();
        FeatureHealth expected = await MeasureHealthAsync(pooling);
        Assert.Equal(expected.EffectiveRank, result.Health.EffectiveRank, 1e-3);
        Assert.Equal(expected.MeanCosine, result.Health.MeanCosine, 1e-5);
        using var folder = new TemporaryFolder();
        await Model.ExportOnnx(folder.File("model.onnx")).WithPooling(pooling).WithParityReference(OnnxParityReference.Torch).SaveAsync();
    }

    [Fact]
    public async Task Pooling_ModelWithoutClassToken_IsRefusedEverywhere()
    {
        ScottModel model = PretrainingRuns.Model;
        Assert.Throws<ScottConfigurationException>(() => model.ExtractFeatures().WithPooling(EmbeddingPooling.ClassToken).Build());
        await Assert.ThrowsAsync<ScottConfigurationException>(
            () => model.Evaluate(FineTuningRuns.Dataset, FineTuningRuns.Validation).WithPooling(EmbeddingPooling.ClassToken).RunAsync());
        using var folder = new TemporaryFolder();
        await Assert.ThrowsAsync<ScottConfigurationException>(
            () => model.ExportOnnx(folder.File("model.onnx")).WithPooling(EmbeddingPooling.ClassTokenAndPatchMean).SaveAsync());
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task Extract_AttentionAndTokens_HaveTheGridOfTheImage(bool isStandard)
    {
        ScottModel model = Choose(isStandard);
        using FeatureExtractor extractor = model.ExtractFeatures().WithTokens().WithAttention().Build();
        ImageEmbedding result = await extractor.ExtractAsync(Image());
        (int rows, int columns) = (model.Architecture.GridRows, model.Architecture.GridColumns);
        Assert.Equal((rows, columns), (result.Tokens!.GridRows, result.Tokens.GridColumns));
        Assert.Equal((rows, columns, isStandard), (result.Attention!.GridRows, result.Attention.GridColumns, result.Attention.HasClassToken));
        float[] received = result.Attention.ReceivedByPatch();
        Assert.Equal(rows * columns, received.Length);
        Assert.InRange(received.Sum(), 0.1, 1.0001);
        RgbImage seen = await extractor.Preprocessor.PreprocessToImageAsync(Image());
        Assert.Equal((model.Architecture.ImageWidth, model.Architecture.ImageHeight), (seen.Width, seen.Height));
        RgbImage overlay = AttentionOverlay.Draw(seen, received);
        Assert.Equal((seen.Width, seen.Height), (overlay.Width, overlay.Height));
        RgbImage patches = PatchPca.Fit(result.Tokens).ToImage(result.Tokens, 200);
        Assert.Equal((200, 200 * rows / columns), (patches.Width, patches.Height));
    }

    [Fact]
    public async Task SaveAsync_StandardVit_ReadsBack()
    {
        using var folder = new TemporaryFolder();
        await Model.WithImageSize(48, 80).WithFloat16Weights().SaveAsync(folder.File("model.safetensors"));
        ScottModel read = await ScottModel.FromFileAsync(folder.File("model.safetensors"));
        Assert.Equal(Model.Architecture with { ImagePixels = 48, ImageWidthPixels = 80 }, read.Architecture);
        Assert.Equal(read.Architecture, ScottArchitecture.FromJson(read.Architecture.ToJson()));
    }

    [Fact]
    public void CreateBackbone_StandardVit_HasTheNamesOfItsLayout()
    {
        using Backbone backbone = Model.CreateBackbone(TorchDevice.Cpu);
        Assert.Equal(
            Model.Weights.Select(weight => (weight.Name, WeightTensor.Describe(weight.Shape))).Order(),
            backbone.state_dict().Select(entry => (entry.Key, WeightTensor.Describe(entry.Value.shape))).Order());
    }

    /// <summary>The health of the vectors that an extractor gives for the images of the test.</summary>
    private static async Task<FeatureHealth> MeasureHealthAsync(EmbeddingPooling pooling)
    {
        using FeatureExtractor extractor = Model.ExtractFeatures().WithPooling(pooling).UseTorch(TorchDevice.Cpu).Build();
        List<float> vectors = [];
        for (int i = 0; i < FineTuningRuns.Validation.Count; i++)
            vectors.AddRange(await extractor.EmbedAsync(FineTuningRuns.Validation.SourceOf(i)));

        return FeatureHealth.Measure(vectors.ToArray(), extractor.EmbeddingWidth);
    }

    private static ImageSource Image() => ImageSource.FromImage(DrawnImages.Draw(0));

    private static ScottModel Choose(bool isStandard) => isStandard ? Model : Wide;

    /// <summary>Cancels after some steps.</summary>
    private sealed class StopAfter(CancellationTokenSource stop, long steps) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Step >= steps)
                stop.Cancel();
        }
    }
}
