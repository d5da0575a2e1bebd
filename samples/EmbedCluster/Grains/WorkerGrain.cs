using EmbedCluster.Hosting;
using EmbedCluster.Scheduling;
using EmbedCluster.Workers;

namespace EmbedCluster.Grains;

/// <summary>Runs a <see cref="ShardWorker"/> beside its own turns, and stops it with its silo.</summary>
[OwnSiloPlacement]
[KeepAlive]
public sealed class WorkerGrain(
    OpenJobs jobs, WorkSlots slots, ScheduleOptions options, ClusterMetrics metrics, TimeProvider time, ILogger<WorkerGrain> logger)
    : Grain, IWorkerGrain, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task? _work;

    /// <inheritdoc />
    public Task EnsureAsync()
    {
        if (_work is { IsCompleted: false })
            return Task.CompletedTask;

        WorkerKey key = WorkerKey.Parse(this.GetPrimaryKeyString());
        var worker = new ShardWorker(key, GrainFactory.GetGrain<IJobGrain>(key.Job), jobs, slots, options, metrics, time, logger);

        // Not on this grain's own turn: shards take minutes.
        _work = Task.Run(() => worker.RunAsync(_stop.Token), CancellationToken.None);
        _ = EndAsync(_work);
        return Task.CompletedTask;
    }

    /// <summary>A worker whose job needs it no longer takes no room.</summary>
    private async Task EndAsync(Task work)
    {
        await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        DeactivateOnIdle();
    }

    /// <inheritdoc />
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        const ConfigureAwaitOptions Quietly = ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext;
        await _stop.CancelAsync();
        if (_work is not null)
            await _work.WaitAsync(cancellationToken).ConfigureAwait(Quietly);
    }

    /// <inheritdoc />
    public void Dispose() => _stop.Dispose();
}
