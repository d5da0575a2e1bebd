using Scott.Models.Tests.Training;
using Scott.Models.Torch;
using Scott.Models.Training;

namespace Scott.Models.Tests.Torch;

/// <summary>Code of the app is called while a run occupies a thread of its own.</summary>
[Collection(TorchTests.Name)]
public sealed class TorchThreadTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Callbacks_OfTheApp_SeeNoContextOfTheRun()
    {
        List<SynchronizationContext?> seen = [];
        await Build()
            .OnStep((_, _) => { seen.Add(SynchronizationContext.Current); return ValueTask.CompletedTask; })
            .OnEpoch((_, _) => { seen.Add(SynchronizationContext.Current); return ValueTask.FromResult(true); })
            .RunAsync(new Reports(_ => seen.Add(SynchronizationContext.Current)));
        Assert.Equal(7, seen.Count); // three steps of two reports, one epoch
        Assert.All(seen, Assert.Null);
    }

    /// <summary>An await in the handler would otherwise continue on the thread that waits for it.</summary>
    [Fact]
    public async Task Progress_ThatWaitsForItsOwnTask_DoesNotBlockTheRun()
    {
        static async Task SendAsync() => await Task.Delay(1);
        await Build().RunAsync(new Reports(_ => SendAsync().GetAwaiter().GetResult())).WaitAsync(Patience);
    }

    /// <summary>What is started and not awaited may end after the run, whose thread is gone then.</summary>
    [Fact]
    public async Task Continuation_ThatOutlivesTheRun_RunsElsewhere()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        async Task OutliveAsync()
        {
            await release.Task.ConfigureAwait(true);
            ended.SetResult();
        }

        await TorchThread.RunAsync(() =>
        {
            _ = OutliveAsync();
            return Task.FromResult(true);
        });
        release.SetResult();
        await ended.Task.WaitAsync(Patience);
    }

    private sealed class Reports(Action<TrainingProgress> onReport) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => onReport(value);
    }

    private static PretrainingBuilder Build() => PretrainingRuns.Model.Pretrain(PretrainingRuns.Dataset)
        .WithOptions(PretrainingRuns.Options with { Epochs = 1 })
        .WithRunOptions(PretrainingRuns.Run);
}
