using Scott.Models.Foundation;
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
