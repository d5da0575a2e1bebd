using System.Text.Json.Nodes;
using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Training;

namespace Scott.Models.Tests.Training;

/// <summary>What a run that resumes keeps after settings or images have changed: its best epoch, and its plan with a time budget.</summary>
[Collection(TorchTests.Name)]
public sealed class RunResumerTests : IDisposable
{
    private const string Forgotten =
        "Warning: Another figure, or other images, now decide which epoch is the best. The best epoch so far no longer counts.";

    private const string Redrawn = "Warning: The run now sets other images aside for validation. It may have learned from some of them before, "
        + "so its figures may look too good.";

    private static readonly FineTuningOptions Drawing = FineTuningRuns.Options with { Epochs = 2, ValidationRatio = 0.2 };

    private readonly TemporaryFolder _folder = new();
    private readonly LogLines _log = new();

    public void Dispose()
    {
        _folder.Dispose();
        _log.Dispose();
    }

    /// <summary>The best epoch so far competed with figures of other images, many of which the run had learned from.</summary>
    [Theory]
    [InlineData("images")]
    [InlineData("seed")]
    [InlineData("seed since an earlier version")]
    [InlineData("ratio")]
    [InlineData("given before")]
    public async Task FineTuning_OtherValidationImagesDrawn_ForgetsTheBestEpoch(string change)
    {
        FineTuningBuilder first = FineTune(FineTuningRuns.Dataset, Drawing);
        await (change == "given before" ? first.WithValidation(FineTuningRuns.Validation) : first).RunAsync();
        if (change == "seed since an earlier version")
            await MakeEarlierAsync();

        FineTuningOptions changed = change switch
        {
            "seed" or "seed since an earlier version" => Drawing with { Seed = 48 },
            "ratio" => Drawing with { ValidationRatio = 0.3 },
            _ => Drawing,
        };
        ImageList images = change == "images" ? LabeledImages.Draw(0, FineTuningRuns.Images + 6) : FineTuningRuns.Dataset;
        FineTuningResult result = await FineTune(images, changed with { Epochs = 5 }).RunAsync();
        Assert.True(result.BestEpoch.Epoch > 2, $"The best epoch is {result.BestEpoch.Epoch}.");
        Assert.Contains(Forgotten, _log.Lines);
        Assert.Contains(Redrawn, _log.Lines);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task FineTuning_SameValidationImagesDrawn_KeepsTheBestEpoch(bool isOfAnEarlierVersion)
    {
        await FineTune(FineTuningRuns.Dataset, Drawing).RunAsync();
        if (isOfAnEarlierVersion)
            await MakeEarlierAsync();

        await FineTune(FineTuningRuns.Dataset, Drawing with { Epochs = 3 }).RunAsync();
        Assert.DoesNotContain(Forgotten, _log.Lines);
        Assert.DoesNotContain(Redrawn, _log.Lines);
    }

    [Fact]
    public async Task FineTuning_AnotherFigureOfTheSameImages_ForgetsTheBestEpochAlone()
    {
        await FineTune(FineTuningRuns.Dataset, Drawing).RunAsync();
        await FineTune(FineTuningRuns.Dataset, Drawing with { Epochs = 3, Watched = ValidationFigure.Loss }).RunAsync();
        Assert.Contains(Forgotten, _log.Lines);
        Assert.DoesNotContain(Redrawn, _log.Lines);
    }

    /// <summary>Names and labels alone told whether the images are the same.</summary>
    [Fact]
    public async Task Pretraining_LabeledImagesChangedUnderTheirNames_ForgetsTheBestEpoch()
    {
        await Pretrain(2).WithEvaluation(LabeledImages.Draw(0, 10), Labeled(0)).RunAsync();
        PretrainingResult result = await Pretrain(3).WithEvaluation(LabeledImages.Draw(0, 10), Labeled(100)).RunAsync();
        Assert.Equal(3, result.BestEpoch!.Value.Epoch);
        Assert.Contains(Forgotten, _log.Lines);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pretraining_SameLabeledImages_KeepsTheBestEpoch(bool isOfAnEarlierVersion)
    {
        await Pretrain(2).WithEvaluation(LabeledImages.Draw(0, 10), Labeled(0)).RunAsync();
        if (isOfAnEarlierVersion)
        {
            await RewriteAsync(run =>
            {
                string[] judge = run["judge"]!.GetValue<string>().Split(' ');
                Assert.Equal(4, judge.Length);
                run["judge"] = $"{judge[0]} {judge[1]}";
            });
        }

        await Pretrain(3).WithEvaluation(LabeledImages.Draw(0, 10), Labeled(0)).RunAsync();
        Assert.DoesNotContain(Forgotten, _log.Lines);
    }

    /// <summary>The checkpoint's plan ended where it was, and nothing was trained.</summary>
    [Fact]
    public async Task TimeBudget_AddedWithMoreEpochsToAFinishedRun_TrainsThem()
    {
        await Pretrain(4).RunAsync();
        PretrainingResult result = await Pretrain(6, TimeSpan.FromDays(1)).RunAsync();
        Assert.Equal((6, 18L), (result.History.Count, result.History[^1].Steps));
        Assert.True(result.History[^2].LearningRate > 10 * PretrainingRuns.Options.FinalLearningRate, "The schedules are not spread anew.");
        Assert.Equal(PretrainingRuns.Options.FinalLearningRate, result.History[^1].LearningRate, 1e-9);
    }

    [Fact]
    public async Task TimeBudget_LargerThanTheOneThatIsUsedUp_TrainsLonger()
    {
        await Pretrain(4, TimeSpan.FromHours(1)).RunAsync();
        await SetElapsedAsync(TimeSpan.FromHours(1));
        PretrainingResult result = await Pretrain(8, TimeSpan.FromHours(2)).RunAsync();
        Assert.InRange(result.History[^1].Steps, 20, 24);
    }

    [Fact]
    public async Task TimeBudget_SmallerThanTheTimeTaken_EndsAtTheCheckpoint()
    {
        await StopAtStepFiveAsync();
        await SetElapsedAsync(TimeSpan.FromHours(2));
        PretrainingRecord last = (await Pretrain(4, TimeSpan.FromHours(1)).RunAsync()).History[^1];
        Assert.Equal((2, 5L), (last.Epoch, last.Steps));

        // What the last step used, not the end of the schedules.
        var used = new TrainingPlan(PretrainingRuns.Options, stepsPerEpoch: 3);
        Assert.Equal((used.LearningRate(5), used.WeightDecay(5)), (last.LearningRate, last.WeightDecay));
        Assert.Equal(used.Momentum(5), last.Momentum);
    }

    /// <summary>The schedules began anew, and the learning rate jumped.</summary>
    [Fact]
    public async Task TimeBudget_AddedOnTheWay_ContinuesTheSchedules()
    {
        await StopAtStepFiveAsync();
        await SetElapsedAsync(TimeSpan.FromHours(5));
        PretrainingResult result = await Pretrain(4, TimeSpan.FromHours(8.5)).RunAsync();
        TrainingPlan expected = new TrainingPlan(PretrainingRuns.Options, stepsPerEpoch: 3).Change(5, totalSteps: 8);
        Assert.Equal((6L, expected.LearningRate(6)), (result.History[1].Steps, result.History[1].LearningRate));
    }

    /// <summary>The time that was left by chance was trained in, at the learning rate of the schedules' end.</summary>
    [Fact]
    public async Task TimeBudget_OfAFinishedRunWithAnotherSetting_IsNotUsedForAFewSteps()
    {
        var hour = TimeSpan.FromHours(1);
        PretrainingOptions options = PretrainingRuns.Options with { Epochs = 6, BatchSize = 2, AccumulatedBatches = 1, TimeBudget = hour };
        await Pretrain(6).WithOptions(options).RunAsync();
        await SetElapsedAsync(TimeSpan.FromSeconds(3500)); // One more step would fit.
        PretrainingResult result = await Pretrain(6).WithOptions(options with { Epochs = 7 }).RunAsync();
        Assert.Equal((6, 54L), (result.History.Count, result.History[^1].Steps));
    }

    /// <summary>It showed epoch 5 of 4.</summary>
    [Fact]
    public async Task TimeBudget_LargerAfterAShortEpoch_ShowsNoEpochBeyondTheTotal()
    {
        await StopAtStepFiveAsync();
        await SetElapsedAsync(TimeSpan.FromHours(2));
        await Pretrain(4, TimeSpan.FromHours(1)).RunAsync();
        TrainingProgress last = default;
        PretrainingBuilder larger = Pretrain(4, TimeSpan.FromDays(1)).OnStep((progress, _) =>
        {
            last = progress;
            return ValueTask.CompletedTask;
        });
        await larger.RunAsync();
        Assert.Equal((12L, 5, 5), (last.Step, last.Epoch, last.TotalEpochs));
    }

    private TrainingRunOptions Run => PretrainingRuns.Run with { CheckpointFolder = _folder.Path, AllowChangedOptions = true };

    private FineTuningBuilder FineTune(IImageDataset images, FineTuningOptions options) =>
        PretrainingRuns.Model.FineTune(images).WithOptions(options).WithRunOptions(Run).WithLogger(_log);

    private PretrainingBuilder Pretrain(int epochs, TimeSpan? budget = null) => PretrainingRuns.Model.Pretrain(PretrainingRuns.Dataset)
        .WithOptions(PretrainingRuns.Options with { Epochs = epochs, TimeBudget = budget }).WithRunOptions(Run).WithLogger(_log);

    /// <summary>Six images of the same names and labels, whatever the even shift.</summary>
    private static ImageList Labeled(int shift) => ImageList.FromLabeled(Enumerable.Range(0, 6).Select(index =>
    {
        (ImageSource source, string label) = LabeledImages.Labeled(index + shift);
        return (ImageSource.FromImage(source.Image!, $"{index}"), label);
    }));

    /// <summary>Leaves a run of 4 epochs of 3 steps within its second epoch.</summary>
    private async Task StopAtStepFiveAsync() => await Assert.ThrowsAsync<NotSupportedException>(
        () => Pretrain(4).OnStep((progress, _) => progress.Step == 5 ? throw new NotSupportedException() : default).RunAsync());

    /// <summary>Leaves out what checkpoints of earlier versions did not have.</summary>
    private Task MakeEarlierAsync() => RewriteAsync(run => Assert.True(run.Remove("images") && run.Remove("judge")));

    private Task SetElapsedAsync(TimeSpan elapsed) => RewriteAsync(run =>
    {
        run["elapsedSeconds"] = elapsed.TotalSeconds;
        run["preparationSeconds"] = 0;
    });

    private async Task RewriteAsync(Action<JsonObject> change)
    {
        var store = new CheckpointStore(_folder.Path, kept: 2);
        TrainingCheckpoint checkpoint = (await store.ReadNewestAsync(Assert.Fail, default))!;
        JsonObject run = JsonNode.Parse(checkpoint.Run)!.AsObject();
        change(run);
        await store.SaveAsync(checkpoint with { Run = run.ToJsonString() }, default);
    }
}
