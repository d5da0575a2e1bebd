using Scott.Models.Tests.Torch;
using Scott.Models.Training;
using TorchSharp;

namespace Scott.Models.Tests.Training;

/// <summary>Distillation runs that are refused, or end before their first step.</summary>
[Collection(TorchTests.Name)]
public sealed class DistillationFaultTests
{
    private static readonly ScottModel Teacher = ScottModel.Create(
        Architectures.TinyStandardVit with { ImagePixels = 48, RegisterTokens = 0 }, seed: 5);

    [Fact]
    public async Task Distill_CanceledWhileTheTeacherLooks_ReleasesTheFileAndKeepsItsRows()
    {
        using var folder = new TemporaryFolder();
        TrainingRunOptions stored = PretrainingRuns.Run with { CheckpointFolder = folder.Path, Workers = 1 };
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Build()
            .WithRunOptions(stored)
            .WithTeacherProgress(new StopAt(5, stop))
            .RunAsync(null, stop.Token));
        string file = folder.File("teacher.bin");
        byte[] kept = await File.ReadAllBytesAsync(file);
        using (FileStream opened = File.Open(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
            Assert.True(opened.Length > 64);

        await Build().WithRunOptions(stored).RunAsync();
        Assert.Equal(kept, (await File.ReadAllBytesAsync(file))[..kept.Length]);
    }

    [Fact]
    public async Task Distill_CanceledWhileTheStartIsMeasured_LeavesNoMoreThanAWholeRun()
    {
        async Task CancelAsync()
        {
            using var stop = new CancellationTokenSource();
            bool hasSeenAll = false;
            var validation = new StoppingDataset(LabeledImages.Draw(10, 6)) { OnRead = () => { if (hasSeenAll) { stop.Cancel(); } } };
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Build()
                .WithTeacherProgress(new Seen(() => hasSeenAll = true))
                .WithEvaluation(LabeledImages.Draw(0, 10), validation)
                .RunAsync(null, stop.Token));
        }

        async Task<long> LeftByAsync(Func<Task> run)
        {
            long before = LiveTensors.CountSettled();
            await run();
            return torch.Tensor.TotalCount - before;
        }

        await CancelAsync();
        Assert.Equal(await LeftByAsync(() => Build().RunAsync()), await LeftByAsync(CancelAsync));
    }

    [Fact]
    public async Task Distill_PatienceThatCannotBeWatched_IsRefused()
    {
        ScottConfigurationException nothing = await Assert.ThrowsAsync<ScottConfigurationException>(() => Build().WithEarlyStop(2).RunAsync());
        Assert.Equal(nameof(DistillationOptions), nothing.Subject);
        Assert.StartsWith("Patience or Watched asks for an accuracy", Assert.Single(nothing.Faults), StringComparison.Ordinal);
        ScottConfigurationException tooShort = await Assert.ThrowsAsync<ScottConfigurationException>(() => Build()
            .WithEarlyStop(2)
            .WithEvaluation(LabeledImages.Draw(0, 10), LabeledImages.Draw(10, 6), everyEpochs: 3)
            .RunAsync());
        Assert.Equal("Patience is 2, and the accuracy is measured every 3 epochs; expected at least that many.", Assert.Single(tooShort.Faults));
    }

    private static DistillationBuilder Build() => PretrainingRuns.Model
        .Distill(DistillationTeacher.FromModel(Teacher), PretrainingRuns.Dataset)
        .WithOptions(new DistillationOptions { Epochs = 1, BatchSize = 6 })
        .WithRunOptions(PretrainingRuns.Run);

    private sealed class StopAt(int images, CancellationTokenSource stop) : IProgress<TeacherProgress>
    {
        public void Report(TeacherProgress value)
        {
            if (value.Completed == images)
                stop.Cancel();
        }
    }

    private sealed class Seen(Action all) : IProgress<TeacherProgress>
    {
        public void Report(TeacherProgress value)
        {
            if (value.Completed == value.Total)
                all();
        }
    }
}
