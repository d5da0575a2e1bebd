using System.Collections.Concurrent;
using EmbedCluster.Grains;
using EmbedCluster.Hosting;
using EmbedCluster.Scheduling;

namespace EmbedCluster.Workers;

/// <summary>Runs the workers of this silo, from the first call of their grains until the job or the silo ends. A grain may come and go meanwhile:
/// Orleans takes it down when the part of the directory that knew it is lost, and a shard in work must not be lost with it.</summary>
public sealed class WorkerPool(
    IGrainFactory grains, SharedModels models, WorkSlots slots, ScheduleOptions options, ClusterMetrics metrics, TimeProvider time,
    ILogger<WorkerPool> logger) : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private readonly ConcurrentDictionary<WorkerKey, Lazy<Task>> _workers = [];
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Starts a worker, unless it runs or the silo stops.</summary>
    public void Ensure(WorkerKey key)
    {
        if (!_stop.IsCancellationRequested)
            _ = _workers.GetOrAdd(key, _ => new Lazy<Task>(() => Task.Run(() => RunAsync(key), CancellationToken.None))).Value;
    }

    /// <summary>Gives all shards back while the cluster still listens.</summary>
    public void Participate(ISiloLifecycle observer) => observer.Subscribe(
        nameof(WorkerPool), ServiceLifecycleStage.Active, _ => Task.CompletedTask, async cancellationToken =>
        {
            await _stop.CancelAsync();
            await Task.WhenAll(_workers.Values.Select(worker => worker.Value)).WaitAsync(cancellationToken);
        });

    /// <inheritdoc />
    public void Dispose() => _stop.Dispose();

    private async Task RunAsync(WorkerKey key)
    {
        try
        {
            await new ShardWorker(key, grains.GetGrain<IJobGrain>(key.Job), models, slots, options, metrics, time, logger).RunAsync(_stop.Token);
        }
        catch (Exception exception)
        {
            Log.Hindered(logger, key.Worker, key.Job, exception.Message);
        }
        finally
        {
            _workers.TryRemove(key, out _);
        }
    }
}
