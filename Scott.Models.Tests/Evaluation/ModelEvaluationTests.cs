using Scott.Models.Data;
using Scott.Models.Errors;
using Scott.Models.Evaluation;
using Scott.Models.Imaging;
using Scott.Models.Tests.Pretraining;
using TorchSharp;

namespace Scott.Models.Tests.Evaluation;

[Collection(TorchTests.Name)]
public sealed class ModelEvaluationTests
{
    private static readonly ProbeOptions Short = new() { Epochs = 60, BatchSize = 8, PeakLearningRate = 5e-2 };

    [Fact]
    public async Task Evaluate_EasyClasses_AreToldApartByEveryProbe()
    {
        var seen = new List<EvaluationProgress>();
        EvaluationResult result = await PretrainingRuns.Model.Evaluate(LabelledPictures.Draw(0, 40), LabelledPictures.Draw(40, 21))
            .WithProbe(Short)
            .RunAsync(new Immediate(seen));
        Assert.True(result.Frozen.NeighborTop1 > 0.9, result.ToString());
        Assert.True(result.Frozen.LinearTop1 > 0.9, result.ToString());
        Assert.True(result.Attentive.Top1 > 0.9 && result.Attentive.MeanPerClassTop1 > 0.9, result.ToString());
        Assert.Equal((40, 21), (result.Frozen.TrainingPictures, result.Frozen.ValidationPictures));
        Assert.Equal(new EvaluationProgress(EvaluationStage.EncodingTraining, 40, 40), seen[0]);
        Assert.Equal(new EvaluationProgress(EvaluationStage.TrainingProbe, 60, 60), seen[^1]);
    }

    [Fact]
    public async Task Evaluate_Twice_IsTheSameForOneSeed()
    {
        Task<EvaluationResult> RunAsync(long seed) => PretrainingRuns.Model
            .Evaluate(LabelledPictures.Draw(0, 30), LabelledPictures.Draw(30, 20))
            .WithProbe(Short with { Epochs = 2 })
            .WithSeed(seed)
            .RunAsync();
        Assert.Equal(await RunAsync(1), await RunAsync(1));
    }

    [Fact]
    public async Task Evaluate_PictureThatCannotBeRead_IsLeftOut()
    {
        ImageList training = ImageList.FromLabeled(
        [
            .. Enumerable.Range(0, 12).Select(LabelledPictures.Labelled),
            (ImageSource.FromFile("no-such-file.jpg"), "dark"),
        ]);
        EvaluationResult result = await PretrainingRuns.Model.Evaluate(training, LabelledPictures.Draw(20, 12)).WithProbe(Short with { Epochs = 1 }).RunAsync();
        Assert.Equal(12, result.Frozen.TrainingPictures);
        ImageList none = ImageList.FromLabeled([(ImageSource.FromFile("no-such-file.jpg"), "dark"), (ImageSource.FromFile("nor-this.jpg"), "light")]);
        await Assert.ThrowsAsync<DatasetException>(() => PretrainingRuns.Model.Evaluate(none, training).RunAsync());
    }

    [Fact]
    public async Task Evaluate_Cancelled_EndsSoon()
    {
        using var stop = new CancellationTokenSource();
        var progress = new Immediate([]) { OnReport = report => { if (report.Stage == EvaluationStage.TrainingProbe) { stop.Cancel(); } } };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => PretrainingRuns.Model
            .Evaluate(LabelledPictures.Draw(0, 16), LabelledPictures.Draw(16, 8))
            .WithProbe(Short with { Epochs = 100_000 })
            .RunAsync(progress, stop.Token));
        Assert.InRange(progress.Seen.Count, 3, 10);
    }

    [Fact]
    public async Task Evaluate_MoreEpochs_LeaveNoMoreTensors()
    {
        async Task<long> LeftByAsync(int epochs)
        {
            long before = torch.Tensor.TotalCount;
            await PretrainingRuns.Model.Evaluate(LabelledPictures.Draw(0, 16), LabelledPictures.Draw(16, 8)).WithProbe(Short with { Epochs = epochs }).RunAsync();
            return torch.Tensor.TotalCount - before;
        }

        // TorchSharp counts the tensor that a parameter was made from for ever, so that even a disposed module leaves a number.
        Assert.Equal(await LeftByAsync(1), await LeftByAsync(9));
    }

    [Fact]
    public async Task Evaluate_IllegalOptions_AreListed()
    {
        EvaluationBuilder builder = PretrainingRuns.Model.Evaluate(LabelledPictures.Draw(0, 4), LabelledPictures.Draw(4, 4));
        ScottConfigurationException error = await Assert.ThrowsAsync<ScottConfigurationException>(
            () => builder.WithProbe(new ProbeOptions { Epochs = 0, BatchSize = 0, WarmupRatio = 2, PeakLearningRate = 0 }).RunAsync());
        Assert.Equal(4, error.Faults.Count);
        Assert.Equal((100, 64, 0.2, 5e-4, 47L), Defaults(new ProbeOptions()));
    }

    private static (int Epochs, int BatchSize, double WarmupRatio, double PeakLearningRate, long Seed) Defaults(ProbeOptions options) =>
        (options.Epochs, options.BatchSize, options.WarmupRatio, options.PeakLearningRate, options.Seed);

    private sealed class Immediate(List<EvaluationProgress> seen) : IProgress<EvaluationProgress>
    {
        public List<EvaluationProgress> Seen => seen;

        public Action<EvaluationProgress> OnReport { get; init; } = _ => { };

        public void Report(EvaluationProgress value)
        {
            seen.Add(value);
            OnReport(value);
        }
    }
}
