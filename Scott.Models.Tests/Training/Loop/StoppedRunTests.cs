using Scott.Models.Training;

namespace Scott.Models.Tests.Training;

/// <summary>However a run stops, its records are complete and its report does not say that it runs.</summary>
[Collection(TorchTests.Name)]
public sealed class StoppedRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The error of the checkpoint kept the records and the report from being written.</summary>
    [Fact]
    public async Task Run_CheckpointThatCannotBeWritten_WritesRecordsAndReport()
    {
        Directory.CreateDirectory(Path.Combine(_folder.File("checkpoint-0000000007.safetensors"), "full"));
        PretrainingBuilder builder = Build().OnStep((progress, _) =>
        {
            if (progress.Step == 7)
                File.Delete(_folder.File("metrics.jsonl"));

            return ValueTask.CompletedTask;
        });
        await Assert.ThrowsAsync<CheckpointException>(() => builder.RunAsync());
        Assert.Equal(2, (await File.ReadAllLinesAsync(_folder.File("metrics.jsonl"))).Length);
        await AssertStoppedAsync("stopped at step 7 of 12; run it again to resume from step 6");
    }

    [Fact]
    public async Task Run_LossThatIsNoNumber_SaysThatItStopped()
    {
        PretrainingOptions wild = PretrainingRuns.Options with
        {
            PeakLearningRate = 1e30,
            StartLearningRate = 1e30,
            WarmupRatio = 0,
            MaximumGradientNorm = null,
        };
        TrainingDivergedException error = await Assert.ThrowsAsync<TrainingDivergedException>(() => Build().WithOptions(wild).RunAsync());
        await AssertStoppedAsync($"stopped at step {error.Step - 1} of 12; run it again to resume from step {error.Step - 1}");
    }

    [Fact]
    public async Task Run_AppThatThrowsAtTheEndOfAnEpoch_DecidesOnItWhenItResumes()
    {
        List<int> decided = [];
        PretrainingBuilder Counting() => Build().OnEpoch((record, _) =>
        {
            decided.Add(record.Epoch);
            return ValueTask.FromResult(true);
        });
        await Assert.ThrowsAsync<InvalidOperationException>(() => Counting()
            .OnStep((progress, _) => progress.CompletedEpoch is { Epoch: 2 } ? throw new InvalidOperationException() : ValueTask.CompletedTask)
            .RunAsync());
        Assert.Equal([1], decided);
        PretrainingResult result = await Counting().RunAsync();
        Assert.Equal([1, 2, 3, 4], decided);
        Assert.Equal([1, 2, 3, 4], result.History.Select(record => record.Epoch));
    }

    [Fact]
    public async Task Resume_WithAnotherFigureToChooseBy_ForgetsTheBestEpochAndGoesOnCounting()
    {
        PretrainingOptions byRank = PretrainingRuns.Options with { Watched = WatchedFigure.EffectiveRank };
        await StopAtAsync(Build().WithOptions(byRank), 7);
        var log = new LogLines();
        PretrainingResult result = await Build().WithEvaluation(LabeledImages.Draw(0, 10), LabeledImages.Draw(10, 6))
            .WithOptions(PretrainingRuns.Options with { Watched = WatchedFigure.NeighborAccuracy, BatchSize = 2 })
            .WithRunOptions(PretrainingRuns.Run with { CheckpointFolder = _folder.Path, AllowChangedOptions = true })
            .WithLogger(log)
            .RunAsync();
        Assert.Contains(
            "Warning: Another figure, or other images, now decide which epoch is the best. The best epoch so far no longer counts.", log.Lines);
        Assert.InRange(result.BestEpoch!.Value.Figure, 0, 1);
        Assert.True(result.BestEpoch.Value.Epoch > 2);
        Assert.Equal(result.History.Count, result.History.Select(record => record.Epoch).Distinct().Count());
    }

    [Fact]
    public async Task Resume_WithOtherImagesBesideTheSameFigure_KeepsTheBestEpoch()
    {
        PretrainingOptions byRank = PretrainingRuns.Options with { Watched = WatchedFigure.EffectiveRank };
        await StopAtAsync(Build().WithOptions(byRank), 7);
        var log = new LogLines();
        await Build().WithOptions(byRank).WithEvaluation(LabeledImages.Draw(0, 10), LabeledImages.Draw(10, 6)).WithLogger(log).RunAsync();
        Assert.DoesNotContain(log.Lines, line => line.Contains("no longer counts", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_ResumedThatDiverges_NamesTheCheckpointThatItResumedFrom()
    {
        await StopAtAsync(Build(), 4);
        TrainingRunOptions rare = PretrainingRuns.Run with { CheckpointFolder = _folder.Path, AllowChangedOptions = true };
        PretrainingOptions wild = PretrainingRuns.Options with
        {
            PeakLearningRate = 1e30,
            StartLearningRate = 1e30,
            WarmupRatio = 0,
            MaximumGradientNorm = null,
        };
        TrainingDivergedException error = await Assert.ThrowsAsync<TrainingDivergedException>(
            () => Build().WithOptions(wild).WithRunOptions(rare).RunAsync());
        Assert.Equal(_folder.File("checkpoint-0000000004.safetensors"), error.LastCheckpoint);
        Assert.True(File.Exists(error.LastCheckpoint));
    }

    private static async Task StopAtAsync(PretrainingBuilder builder, long step) => await Assert.ThrowsAsync<InvalidOperationException>(() => builder
        .OnStep((progress, _) => progress.Step == step ? throw new InvalidOperationException() : ValueTask.CompletedTask)
        .RunAsync());

    private PretrainingBuilder Build() => PretrainingRuns.Model.Pretrain(PretrainingRuns.Dataset)
        .WithOptions(PretrainingRuns.Options)
        .WithRunOptions(PretrainingRuns.Run with { CheckpointInterval = TimeSpan.FromTicks(1), CheckpointFolder = _folder.Path });

    private async Task AssertStoppedAsync(string state)
    {
        string report = await File.ReadAllTextAsync(_folder.File("report.html"));
        Assert.Contains(state, report, StringComparison.Ordinal);
        Assert.DoesNotContain("http-equiv=\"refresh\"", report, StringComparison.Ordinal);
    }
}
