using System.Text.Json;
using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Tests.Inference;
using Scott.Models.Tests.Torch;
using Scott.Models.Torch;
using Scott.Models.Training;
using Scott.Models.Weights;
using TorchSharp;

namespace Scott.Models.Tests.Training;

[Collection(TorchTests.Name)]
public sealed class FineTunerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(FineTuningScope.FrozenBackbone, ClassifierHead.Linear)]
    [InlineData(FineTuningScope.LastBlocks, ClassifierHead.SimpleAttentive)]
    [InlineData(FineTuningScope.LowRankAdapters, ClassifierHead.CrossAttentive)]
    [InlineData(FineTuningScope.Full, ClassifierHead.MultiHeadAttentive)]
    public async Task Run_ClassesThatDiffer_LearnsThem(FineTuningScope scope, ClassifierHead head)
    {
        FineTuningOptions unmixed = FineTuningRuns.Options with { MixupAlpha = 0, CutmixAlpha = 0 };
        FineTuningOptions options = unmixed with { Scope = scope, Head = head, Epochs = 8, PeakLearningRate = 1e-2 };
        FineTuningResult result = await FineTuningRuns.Build(options).WithAugmentation(null).RunAsync();
        Assert.Equal(1, result.History[result.BestEpoch.Epoch - 1].Validation.Top1);
        Assert.Equal((head, "dark", "light"), (result.Classifier.Head, result.Classifier.ClassNames[0], result.Classifier.ClassNames[1]));
        Assert.Equal(1, result.Classifier.Metadata.Metrics["validationTop1"]);
        Assert.StartsWith(
            "fine-tuned from custom (initialized, seed 9); 20 labeled images", result.Classifier.Metadata.Provenance, StringComparison.Ordinal);
    }

    /// <summary>Published weights are halves.</summary>
    [Fact]
    public async Task Run_FromHalfPrecisionWeights_LearnsInSinglePrecision()
    {
        FineTuningResult result = await PretrainingRuns.Model.WithFloat16Weights().FineTune(FineTuningRuns.Dataset)
            .WithValidation(FineTuningRuns.Validation)
            .WithOptions(FineTuningRuns.Options with { Epochs = 1 })
            .WithRunOptions(FineTuningRuns.Run)
            .RunAsync();
        Assert.All(result.Classifier.Model.Weights, weight => Assert.Equal(TensorDType.Float32, weight.DType));
    }

    [Fact]
    public async Task Run_FrozenBackbone_LeavesEveryBitOfIt()
    {
        FineTuningResult result = await FineTuningRuns.Build().WithFrozenBackbone().RunAsync();
        Assert.Equal(PretrainingRuns.Checksum(PretrainingRuns.Model.Weights), PretrainingRuns.Checksum(result.LastClassifier.Model.Weights));
        Assert.All(result.History, record => Assert.True(record.BackboneGradient == 0 && record.HeadGradient > 0));
    }

    [Fact]
    public async Task Run_LastBlocks_ChangesThemAlone()
    {
        FineTuningResult result = await FineTuningRuns.Build().WithLastBlocks(1).RunAsync();
        WeightSet before = PretrainingRuns.Model.Weights;
        string[] changed = [.. result.LastClassifier.Model.Weights
            .Where(weight => !weight.Data.Span.SequenceEqual(before[weight.Name].Data.Span))
            .Select(weight => weight.Name)];
        Assert.NotEmpty(changed);
        Assert.All(changed, name => Assert.StartsWith("transformer.blocks.1.", name, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_LowRankAdapters_ChangesProjectionsAndAddsNoWeight()
    {
        FineTuningResult result = await FineTuningRuns.Build().WithLowRankAdapters(2).RunAsync();
        WeightSet before = PretrainingRuns.Model.Weights;
        WeightSet after = result.LastClassifier.Model.Weights;
        Assert.Equal(before.Names.Order(StringComparer.Ordinal), after.Names.Order(StringComparer.Ordinal));
        string[] changed = [.. after.Where(weight => !weight.Data.Span.SequenceEqual(before[weight.Name].Data.Span)).Select(weight => weight.Name)];
        Assert.Equal(4, changed.Length);
        Assert.All(changed, name => Assert.Contains("self_attn.", name, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_ToTheEnd_RecordsEveryEpochAndReports()
    {
        var progress = new List<TrainingProgress>();
        FineTuningResult result = await FineTuningRuns.Build().WithCheckpoints(_folder.Path).OnStep((report, _) =>
        {
            progress.Add(report);
            return ValueTask.CompletedTask;
        }).RunAsync();
        Assert.Equal([1, 2, 3], result.History.Select(record => record.Epoch));
        Assert.Equal([5, 10, 15], result.History.Select(record => record.Steps));
        Assert.All(result.History, record =>
        {
            Assert.InRange(record.TrainingTop1, 0, 1);
            Assert.True(record.Loss > 0 && record.Validation.Loss > 0 && record.BackboneGradient > 0 && record.HeadGradient > 0);
            Assert.Equal((10, 1.0), (record.Validation.Images, record.Validation.Top5));
        });
        Assert.Equal(result.History, progress.Select(report => report.CompletedEpoch).OfType<FineTuningRecord>());
        Assert.Equal(result.History.Max(record => record.Validation.Top1), result.BestEpoch.Figure);
        string[] lines = await File.ReadAllLinesAsync(_folder.File("metrics.jsonl"));
        Assert.Equal([1, 2, 3], lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("epoch").GetInt32()));
        Assert.Contains("Fine-tuning of", await File.ReadAllTextAsync(_folder.File("report.html")), StringComparison.Ordinal);
        ScottClassifier best = await ScottClassifier.FromFileAsync(_folder.File("best.safetensors"));
        Assert.Equal(FineTuningRuns.Checksum(result.Classifier), FineTuningRuns.Checksum(best));
    }

    [Theory]
    [InlineData(FineTuningScope.Full, 2)]
    [InlineData(FineTuningScope.Full, 10)]
    [InlineData(FineTuningScope.LowRankAdapters, 7)]
    public async Task Run_CanceledAndResumed_EndsInTheSameBits(FineTuningScope scope, int stopAfter)
    {
        FineTuningOptions options = FineTuningRuns.Options with { Scope = scope };
        FineTuningResult whole = await FineTuningRuns.Build(options).RunAsync();
        using var stop = new CancellationTokenSource();
        FineTuningBuilder stopped = FineTuningRuns.Build(options).WithCheckpoints(_folder.Path).OnStep((report, _) =>
        {
            if (report.Step == stopAfter)
                stop.Cancel();

            return ValueTask.CompletedTask;
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopped.RunAsync(cancellationToken: stop.Token));
        long first = 0;
        long resumedAt = 0;
        FineTuningResult result = await FineTuningRuns.Build(options).WithCheckpoints(_folder.Path).OnStep((report, _) =>
        {
            (first, resumedAt) = (first == 0 ? report.Step : first, report.ResumedAtStep);
            return ValueTask.CompletedTask;
        }).RunAsync();
        Assert.Equal((stopAfter + 1, stopAfter), (first, resumedAt));
        Assert.Equal(FineTuningRuns.Checksum(whole.LastClassifier), FineTuningRuns.Checksum(result.LastClassifier));
        Assert.Equal(FineTuningRuns.Checksum(whole.Classifier), FineTuningRuns.Checksum(result.Classifier));
        Assert.Equal(
            whole.History.Select(record => (record.Validation, record.TrainingTop1)),
            result.History.Select(record => (record.Validation, record.TrainingTop1)));
    }

    [Fact]
    public async Task Run_NothingBetterForSomeEpochs_EndsEarlyWithTheBest()
    {
        FineTuningOptions still = FineTuningRuns.Options with { Epochs = 9, PeakLearningRate = 1e-12, FinalLearningRate = 0, Patience = 2 };
        FineTuningResult result = await FineTuningRuns.Build(still).RunAsync();
        Assert.True(result.EndedEarly);
        Assert.Equal((3, 1), (result.History.Count, result.BestEpoch.Epoch));
    }

    [Theory]
    [InlineData(ValidationFigure.Loss)]
    [InlineData(ValidationFigure.MeanPerClassTop1)]
    public async Task Run_OtherFigureWatched_KeepsItsBestEpoch(ValidationFigure figure)
    {
        FineTuningResult result = await FineTuningRuns.Build(FineTuningRuns.Options with { Watched = figure }).RunAsync();
        Assert.Equal(
            figure == ValidationFigure.Loss
                ? result.History.Min(record => record.Validation.Loss)
                : result.History.Max(record => record.Validation.MeanPerClassTop1),
            result.BestEpoch.Figure);
    }

    [Fact]
    public async Task Run_NoValidationImages_SetsSomeOfEachClassAside()
    {
        FineTuningResult result = await PretrainingRuns.Model.FineTune(FineTuningRuns.Dataset)
            .WithOptions(FineTuningRuns.Options with { Epochs = 1, ValidationRatio = 0.2 }).WithRunOptions(FineTuningRuns.Run).RunAsync();
        Assert.Equal((4, 4L), (result.History[0].Validation.Images, result.History[0].Steps));
        Assert.Contains("; 16 labeled images, ", result.Classifier.Metadata.Provenance, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(FineTuningScope.Full)]
    [InlineData(FineTuningScope.LowRankAdapters)]
    public async Task Run_BFloat16_KeepsSinglePrecisionWeights(FineTuningScope scope)
    {
        FineTuningOptions options = FineTuningRuns.Options with { Precision = TrainingPrecision.BFloat16, Epochs = 1, Scope = scope };
        FineTuningResult result = await FineTuningRuns.Build(options).RunAsync();
        Assert.All(result.LastClassifier.Model.Weights, weight => Assert.Equal(TensorDType.Float32, weight.DType));
        Assert.NotEqual(PretrainingRuns.Checksum(PretrainingRuns.Model.Weights), PretrainingRuns.Checksum(result.LastClassifier.Model.Weights));
    }

    [Fact]
    public async Task Run_ImagesWithoutLabels_SaysHowToOpenThem()
    {
        ImageList plain = ImageList.FromSources([ImageSource.FromImage(DrawnImages.Draw(1), "one")]);
        DatasetException error = await Assert.ThrowsAsync<DatasetException>(() => PretrainingRuns.Model.FineTune(plain).RunAsync());
        Assert.Contains("none of its images has a label. Open it with labels", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OneClassAlone_IsRefused()
    {
        ImageList one = ImageList.FromLabeled(Enumerable.Range(0, 6).Select(i => (ImageSource.FromImage(DrawnImages.Draw(i), $"{i}"), "cat")));
        DatasetException error = await Assert.ThrowsAsync<DatasetException>(() => PretrainingRuns.Model.FineTune(one).RunAsync());
        Assert.Equal(
            "The dataset 'a list of 6 images' cannot be used: its only class is 'cat'; expected at least two classes to tell apart.", error.Message);
    }

    [Fact]
    public async Task Run_ClassWithoutImages_IsNamed()
    {
        var missing = new MissingClass(FineTuningRuns.Dataset);
        DatasetException error = await Assert.ThrowsAsync<DatasetException>(() => PretrainingRuns.Model.FineTune(missing).RunAsync());
        Assert.Contains("the class 'absent' has no training images", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ManySteps_LeaveNoTensorBehind()
    {
        List<long> counts = [];
        LiveTensors.CountSettled();
        await FineTuningRuns.Build().OnEpoch((_, _) =>
        {
            counts.Add(torch.Tensor.TotalCount);
            return ValueTask.FromResult(true);
        }).RunAsync();
        Assert.Equal(3, counts.Count);
        Assert.Single(counts.Distinct());
    }

    private sealed class MissingClass(IImageDataset source) : IImageDataset
    {
        public int Count => source.Count;

        public IReadOnlyList<string> ClassNames => [.. source.ClassNames, "absent"];

        public string NameOf(int index) => source.NameOf(index);

        public ImageSource SourceOf(int index) => source.SourceOf(index);

        public int? LabelOf(int index) => source.LabelOf(index);
    }
}
