using System.Text.Json;
using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Tests.Inference;
using Scott.Models.Torch;
using Scott.Models.Training;

namespace Scott.Models.Tests.Training;

/// <summary>What a run can be asked for beside its recipe: evaluation, callbacks, early stop, time budget, another precision.</summary>
[Collection(TorchTests.Name)]
public sealed class PretrainerOptionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_WithEvaluation_RecordsAccuracyAndKeepsTheBestEpoch()
    {
        PretrainingBuilder Evaluated() =>
            Build().WithEvaluation(LabeledImages.Draw(0, 40), LabeledImages.Draw(40, 20), everyEpochs: 2).WithCheckpoints(_folder.Path);
        PretrainingResult result = await Evaluated().RunAsync();
        Assert.Equal([false, true, false, true], result.History.Select(record => record.Accuracy is not null));
        Assert.All(result.History.Select(record => record.Accuracy).OfType<Scott.Models.Training.FrozenAccuracy>(), accuracy =>
        {
            Assert.Equal((40, 20), (accuracy.TrainingImages, accuracy.ValidationImages));
            Assert.InRange(accuracy.NeighborTop1, 0.5, 1); // The classes are of different colors: more than the one in two of chance.
            Assert.InRange(accuracy.LinearTop1, 0.5, 1);
        });
        PretrainingRecord best = result.History.Where(record => record.Accuracy is not null).MaxBy(record => record.Accuracy!.Value.NeighborTop1)!;
        Assert.Equal(new BestEpoch(best.Epoch, best.Accuracy!.Value.NeighborTop1), result.BestEpoch);
        Assert.Equal(best.Accuracy.Value.NeighborTop1, result.Model.Metadata.Metrics["neighborTop1"]);
        ScottModel file = await ScottModel.FromFileAsync(_folder.File("best.safetensors"));
        Assert.Equal(PretrainingRuns.Checksum(result.Model.Weights), PretrainingRuns.Checksum(file.Weights));
        PretrainingResult again = await Evaluated().RunAsync();
        Assert.Equal(result.BestEpoch, again.BestEpoch);
        Assert.Equal(PretrainingRuns.Checksum(result.Model.Weights), PretrainingRuns.Checksum(again.Model.Weights));
    }

    [Fact]
    public async Task WithRecipe_TakesOverOptionsAndAugmentation()
    {
        PretrainingRecipe recipe = PretrainingRecipe.Short;
        PretrainingOptions small = recipe.Options with { Epochs = 1, BatchSize = 6, PredictorDepth = 1 };
        PretrainingResult whole = await Build().WithRecipe(recipe).WithOptions(small).RunAsync();
        PretrainingResult parts = await Build().WithOptions(small).WithAugmentation(recipe.Augmentation).RunAsync();
        PretrainingResult plain = await Build().WithOptions(small).RunAsync();
        Assert.Equal(PretrainingRuns.Checksum(parts.Model.Weights), PretrainingRuns.Checksum(whole.Model.Weights));
        Assert.NotEqual(PretrainingRuns.Checksum(plain.Model.Weights), PretrainingRuns.Checksum(whole.Model.Weights));
        PretrainingResult options = await Build().WithRecipe(recipe).WithEpochs(1).RunAsync();
        Assert.Equal(PretrainingRuns.Images / recipe.Options.BatchSize, options.History[^1].Steps);
    }

    /// <summary>The run of another model was taken for this one's, and its result given as this one's.</summary>
    [Fact]
    public async Task Run_OfOtherFirstWeights_DoesNotResume()
    {
        await Build().WithOptions(PretrainingRuns.Options with { Epochs = 1 }).WithCheckpoints(_folder.Path).RunAsync();
        ScottModel other = ScottModel.Create(PretrainingRuns.Model.Architecture, seed: 10);
        CheckpointException error = await Assert.ThrowsAsync<CheckpointException>(() => other.Pretrain(PretrainingRuns.Dataset)
            .WithOptions(PretrainingRuns.Options with { Epochs = 1 }).WithRunOptions(PretrainingRuns.Run).WithCheckpoints(_folder.Path).RunAsync());
        Assert.Contains("irstWeights was ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WithEvaluation_OtherClasses_IsRefused()
    {
        ImageList other = ImageList.FromLabeled([(ImageSource.FromImage(DrawnImages.Draw(1)), "third")]);
        ArgumentException error = Assert.Throws<ArgumentException>(() => Build().WithEvaluation(LabeledImages.Draw(0, 4), other));
        Assert.StartsWith("The classes are 'dark', 'light', those of validation are 'third'; expected", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Build().WithEvaluation(PretrainingRuns.Dataset, PretrainingRuns.Dataset));
    }

    [Fact]
    public async Task Run_NothingBetterForSomeEpochs_EndsEarlyAndStaysEnded()
    {
        PretrainingOptions still = PretrainingRuns.Options with { PeakLearningRate = 1e-12, StartLearningRate = 0, FinalLearningRate = 0 };
        PretrainingBuilder Still() => Build().WithOptions(still with { Epochs = 9, Patience = 2 })
            .WithEvaluation(LabeledImages.Draw(0, 40), LabeledImages.Draw(40, 20)).WithCheckpoints(_folder.Path);
        PretrainingResult result = await Still().RunAsync();
        Assert.True(result.EndedEarly);
        Assert.Equal((3, 1), (result.History.Count, result.BestEpoch!.Value.Epoch));
        PretrainingResult again = await Still().RunAsync();
        Assert.True(again.EndedEarly);
        Assert.Equal(3, again.History.Count);
    }

    [Fact]
    public async Task Run_PatienceWithNothingToWatch_IsRefused()
    {
        ScottConfigurationException error = await Assert.ThrowsAsync<ScottConfigurationException>(() => Build().WithEarlyStop(2).RunAsync());
        Assert.StartsWith("Patience or Watched asks for an accuracy", Assert.Single(error.Faults), StringComparison.Ordinal);
        PretrainingResult plain = await Build().RunAsync();
        Assert.Null(plain.BestEpoch);
        Assert.Same(plain.LastModel, plain.Model);
        PretrainingOptions watched = PretrainingRuns.Options with { Watched = WatchedFigure.EffectiveRank };
        PretrainingResult ranked = await Build().WithOptions(watched).WithEarlyStop(1).RunAsync();
        Assert.Equal(ranked.History.Max(record => record.Health.EffectiveRank), ranked.BestEpoch!.Value.Figure);
    }

    [Fact]
    public async Task Run_PatienceShorterThanTheTimeBetweenEvaluations_IsRefused()
    {
        PretrainingBuilder Watched(int patience) =>
            Build().WithEpochs(3).WithEarlyStop(patience).WithEvaluation(LabeledImages.Draw(0, 10), LabeledImages.Draw(10, 6), everyEpochs: 3);
        ScottConfigurationException error = await Assert.ThrowsAsync<ScottConfigurationException>(() => Watched(2).RunAsync());
        Assert.Equal("Patience is 2, and the accuracy is measured every 3 epochs; expected at least that many.", Assert.Single(error.Faults));
        Assert.Equal(3, (await Watched(3).RunAsync()).History.Count);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(1)]
    public async Task Run_StoppedInTheEvaluationThatEndsAnEpoch_RecordsItWhenItResumes(int epochs)
    {
        using var stop = new CancellationTokenSource();
        bool hasLearned = false;
        var validation = new StoppingDataset(LabeledImages.Draw(10, 6)) { OnRead = () => { if (hasLearned) { stop.Cancel(); } } };
        PretrainingBuilder Start(IImageDataset tested) =>
            Build().WithEpochs(epochs).WithEvaluation(LabeledImages.Draw(0, 10), tested).WithCheckpoints(_folder.Path);
        PretrainingBuilder stopped = Start(validation).OnStep((_, _) =>
        {
            hasLearned = true;
            return ValueTask.CompletedTask;
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stopped.RunAsync(cancellationToken: stop.Token));
        string report = await File.ReadAllTextAsync(_folder.File("report.html"));
        Assert.Contains($"stopped at step 3 of {3 * epochs}; run it again to resume from step 3", report, StringComparison.Ordinal);
        PretrainingResult resumed = await Start(LabeledImages.Draw(10, 6)).RunAsync();
        Assert.Equal(Enumerable.Range(1, epochs), resumed.History.Select(record => record.Epoch));
        Assert.All(resumed.History, record => Assert.NotNull(record.Accuracy));
        PretrainingResult whole = await Build().WithEpochs(epochs).RunAsync();
        Assert.Equal(whole.History.Select(record => record.Loss), resumed.History.Select(record => record.Loss));
    }

    [Fact]
    public async Task Run_CallbackThatSaysNo_EndsWithWhatWasLearned()
    {
        List<long> steps = [];
        PretrainingResult result = await Build()
            .OnStep((progress, _) => { steps.Add(progress.Step); return ValueTask.CompletedTask; })
            .OnEpoch((record, _) => ValueTask.FromResult(record.Epoch < 2))
            .RunAsync();
        Assert.True(result.EndedEarly);
        Assert.Equal([1, 2, 3, 4, 5, 6], steps);
        Assert.Equal(2, result.History.Count);
    }

    [Fact]
    public async Task Run_CallbackThatFails_KeepsWhatWasLearned()
    {
        PretrainingResult whole = await Build().RunAsync();
        await Assert.ThrowsAsync<NotSupportedException>(() => Build()
            .WithCheckpoints(_folder.Path)
            .OnStep((progress, _) => progress.Step == 5 ? throw new NotSupportedException() : ValueTask.CompletedTask)
            .RunAsync());
        PretrainingResult resumed = await Build().WithCheckpoints(_folder.Path).RunAsync();
        Assert.Equal(PretrainingRuns.Checksum(whole.Model.Weights), PretrainingRuns.Checksum(resumed.Model.Weights));

        // Stopped within its second epoch, whose record is of the whole of it.
        Assert.Equal(whole.History.Select(record => record.Loss), resumed.History.Select(record => record.Loss));
        Assert.Equal(whole.History.Select(record => record.Gradients), resumed.History.Select(record => record.Gradients));
    }

    [Fact]
    public async Task Run_TimeBudget_EndsAboutThenWithEverySchedule()
    {
        var budget = TimeSpan.FromSeconds(4);
        PretrainingResult result = await Build().WithOptions(PretrainingRuns.Options with { Epochs = 1000 }).WithTimeBudget(budget).RunAsync();
        PretrainingRecord last = result.History[^1];
        Assert.InRange(last.ElapsedSeconds, 2, 7);
        Assert.InRange(last.Steps, 2, 2999);

        // Those of the last step, which is near the end of the schedules. They were recorded as the end itself, which no step need have used.
        Assert.InRange(last.LearningRate, PretrainingRuns.Options.FinalLearningRate, PretrainingRuns.Options.PeakLearningRate / 2);
        Assert.InRange(last.Momentum, 0.999, 1);
        Assert.Equal(0, last.RemainingSeconds, 1e-9);
    }

    [Fact]
    public async Task Run_TimeBudgetLongerThanTheRecipe_IsTheRecipe()
    {
        PretrainingResult plain = await Build().RunAsync();
        PretrainingResult budgeted = await Build().WithTimeBudget(TimeSpan.FromDays(1)).RunAsync();
        Assert.Equal(PretrainingRuns.Checksum(plain.Model.Weights), PretrainingRuns.Checksum(budgeted.Model.Weights));
    }

    [Fact]
    public async Task Run_CheckpointEpochs_WritesOneEachTime()
    {
        TrainingRunOptions run = PretrainingRuns.Run with { CheckpointEpochs = 2, KeptCheckpoints = 10, CheckpointInterval = TimeSpan.FromDays(1) };
        await Build().WithRunOptions(run).WithCheckpoints(_folder.Path).RunAsync();
        string[] found = [.. Directory.GetFiles(_folder.Path, "checkpoint-*").Select(path => Path.GetFileName(path)!).Order()];
        Assert.Equal(["checkpoint-0000000006.safetensors", "checkpoint-0000000012.safetensors"], found);
    }

    [Fact]
    public async Task Run_BFloat16_FollowsSinglePrecisionAndRepeatsItself()
    {
        PretrainingResult single = await Build().WithPrecision(TrainingPrecision.Float32).RunAsync();
        PretrainingResult half = await Build().WithPrecision(TrainingPrecision.BFloat16).RunAsync();
        PretrainingResult again = await Build().WithPrecision(TrainingPrecision.BFloat16).RunAsync();
        Assert.Equal(PretrainingRuns.Checksum(half.Model.Weights), PretrainingRuns.Checksum(again.Model.Weights));
        Assert.NotEqual(PretrainingRuns.Checksum(single.Model.Weights), PretrainingRuns.Checksum(half.Model.Weights));
        Assert.All(single.History.Zip(half.History), pair => Assert.Equal(pair.First.Loss, pair.Second.Loss, 0.03 * pair.First.Loss));
    }

    /// <summary>Another machine may be faster in the other type: without a wish, the run keeps the type that it began with.</summary>
    [Theory]
    [InlineData(TrainingPrecision.BFloat16, TrainingPrecision.BFloat16)]
    [InlineData(TrainingPrecision.BFloat16, TrainingPrecision.Auto)]
    [InlineData(TrainingPrecision.Float32, TrainingPrecision.Auto)]
    public async Task Run_StoppedAndResumed_KeepsItsPrecisionAndEndsInTheSameBits(TrainingPrecision first, TrainingPrecision second)
    {
        PretrainingResult whole = await Build().WithPrecision(first).RunAsync();
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Build()
            .WithPrecision(first)
            .WithCheckpoints(_folder.Path)
            .OnStep((progress, _) => { if (progress.Step == 5) { stop.Cancel(); } return ValueTask.CompletedTask; })
            .RunAsync(cancellationToken: stop.Token));
        PretrainingResult resumed = await Build().WithPrecision(second).WithCheckpoints(_folder.Path).RunAsync();
        Assert.Equal(PretrainingRuns.Checksum(whole.Model.Weights), PretrainingRuns.Checksum(resumed.Model.Weights));
    }

    [Fact]
    public async Task Metrics_EveryEpoch_IsOneLineOfNumbers()
    {
        await Build().WithEvaluation(LabeledImages.Draw(0, 10), LabeledImages.Draw(10, 6)).WithCheckpoints(_folder.Path).RunAsync();
        string last = (await File.ReadAllLinesAsync(_folder.File("metrics.jsonl")))[^1];
        JsonElement line = JsonDocument.Parse(last).RootElement;
        Assert.Equal(12, line.GetProperty("steps").GetInt64());
        Assert.InRange(line.GetProperty("accuracy").GetProperty("neighborTop1").GetDouble(), 0, 1);
        Assert.True(line.GetProperty("gradients").GetProperty("maskToken").GetDouble() > 0);
        Assert.True(line.GetProperty("health").GetProperty("centeredRank").GetDouble() > 1);
    }

    [Fact]
    public async Task Report_WhileAfterAndWhenStopped_SaysHowFarTheRunIs()
    {
        string report = _folder.File("report.html");
        List<string> seen = [];
        using var stop = new CancellationTokenSource();
        PretrainingBuilder Start() =>
            Build().WithEvaluation(LabeledImages.Draw(0, 10), LabeledImages.Draw(10, 6), everyEpochs: 2).WithCheckpoints(_folder.Path);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Start().OnStep(async (progress, token) =>
        {
            seen.Add(await File.ReadAllTextAsync(report, token));
            if (progress.Step == 7)
                await stop.CancelAsync();
        }).RunAsync(cancellationToken: stop.Token));
        Assert.Contains("epoch 1 of 4, running", seen[0], StringComparison.Ordinal);
        Assert.Contains("epoch 3 of 4, running", seen[^1], StringComparison.Ordinal);
        Assert.Contains("stopped at step 7 of 12", await File.ReadAllTextAsync(report), StringComparison.Ordinal);
        await Start().RunAsync();
        string finished = await File.ReadAllTextAsync(report);
        Assert.Contains("finished", finished, StringComparison.Ordinal);
        Assert.DoesNotContain("http-equiv=\"refresh\"", finished, StringComparison.Ordinal);
        Assert.Contains("http-equiv=\"refresh\"", seen[0], StringComparison.Ordinal);
        foreach (string part in new[] { "10 nearest neighbors", "recipe.seed", "Rank of the features", "augmentation" })
            Assert.Contains(part, finished, StringComparison.Ordinal);

        Assert.Single(Directory.GetFiles(_folder.File("tensorboard")));
    }

    private static PretrainingBuilder Build() => PretrainingRuns.Model
        .Pretrain(PretrainingRuns.Dataset)
        .WithOptions(PretrainingRuns.Options)
        .WithRunOptions(PretrainingRuns.Run);
}
