using System.Text.Json;
using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Tests.Inference;
using Scott.Models.Tests.Torch;
using Scott.Models.Training;
using Scott.Models.Weights;
using TorchSharp;

namespace Scott.Models.Tests.Training;

[Collection(TorchTests.Name)]
public sealed class PretrainerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Published weights are halves.</summary>
    [Fact]
    public async Task Run_FromHalfPrecisionWeights_LearnsInSinglePrecision()
    {
        PretrainingResult result = await PretrainingRuns.Model.WithFloat16Weights().Pretrain(PretrainingRuns.Dataset)
            .WithOptions(PretrainingRuns.Options with { Epochs = 1 })
            .WithRunOptions(PretrainingRuns.Run)
            .RunAsync();
        Assert.All(result.Model.Weights, weight => Assert.Equal(TensorDType.Float32, weight.DType));
    }

    [Fact]
    public async Task Run_ToTheEnd_TrainsAndRecordsEveryEpoch()
    {
        var progress = new Reports();
        PretrainingResult result = await Build(_folder.Path).RunAsync(progress);
        Assert.Equal([1, 2, 3, 4], result.History.Select(record => record.Epoch));
        Assert.Equal([3, 6, 9, 12], result.History.Select(record => record.Steps));
        Assert.All(result.History, record =>
        {
            Assert.True(record.Loss > 0 && record.ImagesPerSecond > 0 && record.Gradients.Total > 0);
            Assert.InRange(record.Health.EffectiveRank, 1, 8.01);
        });
        Assert.Equal(Enumerable.Range(1, 12).Select(step => (long)step), progress.Seen.Select(report => report.Step));
        Assert.All(progress.Seen, report => Assert.Equal((12L, 4), (report.TotalSteps, report.TotalEpochs)));
        Assert.Equal(result.History, progress.Seen.Select(report => report.CompletedEpoch).OfType<PretrainingRecord>());
        Assert.NotEqual(PretrainingRuns.Checksum(PretrainingRuns.Model.Weights), PretrainingRuns.Checksum(result.Model.Weights));
        Assert.Equal(PretrainingRuns.Model.Architecture, result.Model.Architecture);
        Assert.StartsWith(
            "pretrained from custom (initialized, seed 9); 18 images, 4 epochs", result.Model.Metadata.Provenance, StringComparison.Ordinal);
        string[] lines = await File.ReadAllLinesAsync(_folder.File("metrics.jsonl"));
        Assert.Equal([1, 2, 3, 4], lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("epoch").GetInt32()));
    }

    /// <summary>A name, a license and training images of the start model are not those of what a user trained from it.</summary>
    [Fact]
    public async Task Run_FromAPublishedModel_GivesAModelOfNoNameThatSaysWhereItBegan()
    {
        ScottModel published = PretrainingRuns.Model.WithMetadata(new()
        {
            Id = "published",
            Revision = "3",
            License = "MIT",
            TrainingData = "flowers",
            Provenance = "distilled",
        });
        PretrainingResult result = await published.Pretrain(PretrainingRuns.Dataset)
            .WithOptions(PretrainingRuns.Options with { Epochs = 1 })
            .WithRunOptions(PretrainingRuns.Run)
            .RunAsync();
        ModelMetadata metadata = result.Model.Metadata;
        Assert.Equal(("custom", null, null, null), (metadata.Id, metadata.Revision, metadata.License, metadata.TrainingData));
        Assert.StartsWith(
            "pretrained from published, revision 3 (distilled); 18 images, 1 epoch", metadata.Provenance, StringComparison.Ordinal);
    }

    /// <summary>Their blocks have the same names, and initial weights come from the seed and the name.</summary>
    [Fact]
    public async Task Run_EncoderAndPredictorOfOneSeed_BeginWithDifferentWeights()
    {
        PretrainingOptions still = PretrainingRuns.Options with
        {
            Epochs = 1,
            StartLearningRate = 0,
            PeakLearningRate = 1e-12,
            FinalLearningRate = 1e-12,
        };
        await ScottModel.Create(Architectures.Tiny, still.Seed).Pretrain(PretrainingRuns.Dataset)
            .WithOptions(still)
            .WithRunOptions(PretrainingRuns.Run with { CheckpointFolder = _folder.Path })
            .RunAsync();
        string checkpoint = Directory.EnumerateFiles(_folder.Path, "checkpoint-*.safetensors").Single();
        WeightSet saved = (await SafetensorsFile.ReadAsync(checkpoint)).Tensors;
        const string Query = "transformer.blocks.0.self_attn.qkv.weight";
        float[] encoder = saved[$"context.{Query}"].ToArray();
        float[] predictor = saved[$"predictor.{Query}"].ToArray();
        Assert.Equal(encoder.Length, predictor.Length);
        Assert.True(encoder.Zip(predictor).Count(pair => Math.Abs(pair.First - pair.Second) > 1e-6) > encoder.Length / 2);
    }

    [Fact]
    public async Task Run_Twice_EndsInTheSameBitsWhateverTheWorkers()
    {
        PretrainingResult first = await Build(null).RunAsync();
        PretrainingResult second = await Build(null, PretrainingRuns.Run with { Workers = 3, CacheBytes = 0 }).RunAsync();
        PretrainingResult other = await Build(null).WithSeed(48).RunAsync();
        Assert.Equal(PretrainingRuns.Checksum(first.Model.Weights), PretrainingRuns.Checksum(second.Model.Weights));
        Assert.NotEqual(PretrainingRuns.Checksum(first.Model.Weights), PretrainingRuns.Checksum(other.Model.Weights));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(11)]
    public async Task Run_CanceledAndResumed_EndsInTheSameBits(int stopAfter)
    {
        PretrainingResult whole = await Build(null).RunAsync();
        using var stop = new CancellationTokenSource();
        var reports = new Reports { OnReport = report => { if (report.Step == stopAfter) { stop.Cancel(); } } };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Build(_folder.Path).RunAsync(reports, stop.Token));
        var resumed = new Reports();
        PretrainingResult result = await Build(_folder.Path).RunAsync(resumed);
        Assert.Equal(stopAfter + 1, resumed.Seen[0].Step);
        Assert.Equal(PretrainingRuns.Checksum(whole.Model.Weights), PretrainingRuns.Checksum(result.Model.Weights));
        Assert.Equal([1, 2, 3, 4], result.History.Select(record => record.Epoch));
        Assert.Equal(whole.History.Select(record => record.Health), result.History.Select(record => record.Health));
    }

    [Fact]
    public async Task Run_FinishedRun_GivesItsResultAgain()
    {
        PretrainingResult first = await Build(_folder.Path).RunAsync();
        PretrainingResult again = await Build(_folder.Path).RunAsync();
        Assert.Equal(PretrainingRuns.Checksum(first.Model.Weights), PretrainingRuns.Checksum(again.Model.Weights));
        Assert.Equal(4, again.History.Count);
    }

    [Fact]
    public async Task Run_OtherSettingsThanTheCheckpoints_AreListedAndRefused()
    {
        await Build(_folder.Path).RunAsync();
        CheckpointException error = await Assert.ThrowsAsync<CheckpointException>(() => Build(_folder.Path).WithEpochs(5).WithSeed(1).RunAsync());
        Assert.Contains("recipe.epochs was 4, is 5; recipe.seed was 47, is 1.", error.Message, StringComparison.Ordinal);
        CheckpointException fast = await Assert.ThrowsAsync<CheckpointException>(
            () => Build(_folder.Path).WithDecoding(new ImageDecodingOptions { FastDecode = true }).RunAsync());
        Assert.Contains("decoding.fastDecode was false, is true.", fast.Message, StringComparison.Ordinal);
        TrainingRunOptions allowed = PretrainingRuns.Run with { CheckpointFolder = _folder.Path, AllowChangedOptions = true };
        PretrainingResult longer = await Build(null, allowed).WithEpochs(5).RunAsync();
        Assert.Equal([1, 2, 3, 4, 5], longer.History.Select(record => record.Epoch));
    }

    [Fact]
    public async Task Run_LossThatIsNoNumber_NamesStepImagesAndCheckpoint()
    {
        PretrainingOptions wild = PretrainingRuns.Options with
        {
            PeakLearningRate = 1e30,
            StartLearningRate = 1e30,
            WarmupRatio = 0,
            MaximumGradientNorm = null,
        };
        TrainingRunOptions run = PretrainingRuns.Run with { CheckpointFolder = _folder.Path, CheckpointInterval = TimeSpan.FromTicks(1) };
        TrainingDivergedException error = await Assert.ThrowsAsync<TrainingDivergedException>(() => Build(null, run).WithOptions(wild).RunAsync());
        Assert.False(double.IsFinite(error.Loss));
        Assert.InRange(error.Step, 2, 12);
        Assert.Equal(3, error.ImageNames.Count);
        Assert.True(File.Exists(error.LastCheckpoint));
    }

    [Fact]
    public async Task Run_CollapsedRun_IsCalledSo()
    {
        // The target copies the context at once, nearly nothing is hidden, and the rate is far too high: every image ends at one point.
        PretrainingOptions collapsing = PretrainingRuns.Options with
        {
            Epochs = 12,
            StartMomentum = 0,
            FinalMomentum = 0,
            HiddenRatio = 0.07,
            PeakLearningRate = 0.05,
            MaximumGradientNorm = null,
        };
        PretrainingResult result = await Build(null).WithOptions(collapsing).RunAsync();
        Assert.StartsWith("The features have collapsed", Assert.Single(result.History[^1].Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ManySteps_LeaveNoTensorBehind()
    {
        List<long> counts = [];
        LiveTensors.CountSettled();
        var reports = new Reports { OnReport = report => { if (report.CompletedEpoch is not null) { counts.Add(torch.Tensor.TotalCount); } } };
        await Build(null).RunAsync(reports);
        Assert.Single(counts.Distinct());
    }

    [Fact]
    public async Task Run_DatasetTooSmall_SaysSo()
    {
        ImageList two = ImageList.FromSources(Enumerable.Range(0, 2).Select(i => ImageSource.FromImage(DrawnImages.Draw(i))));
        await Assert.ThrowsAsync<DatasetException>(() => PretrainingRuns.Model.Pretrain(two).WithBatchSize(3).RunAsync());
        ImageList four = ImageList.FromSources(Enumerable.Range(0, 4).Select(i => ImageSource.FromImage(DrawnImages.Draw(i))));
        DatasetException error = await Assert.ThrowsAsync<DatasetException>(
            () => PretrainingRuns.Model.Pretrain(four).WithOptions(PretrainingRuns.Options).RunAsync());
        Assert.Contains("an epoch has 1 batch, and a step accumulates 2", error.Message, StringComparison.Ordinal);
    }

    private static PretrainingBuilder Build(string? folder, TrainingRunOptions? run = null) => PretrainingRuns.Model
        .Pretrain(PretrainingRuns.Dataset)
        .WithOptions(PretrainingRuns.Options)
        .WithRunOptions((run ?? PretrainingRuns.Run) with { CheckpointFolder = folder ?? run?.CheckpointFolder });

    private sealed class Reports : IProgress<TrainingProgress>
    {
        public List<TrainingProgress> Seen { get; } = [];

        public Action<TrainingProgress> OnReport { get; init; } = _ => { };

        public void Report(TrainingProgress value)
        {
            Seen.Add(value);
            OnReport(value);
        }
    }
}
