using EmbedCluster.Workers;

namespace EmbedCluster.Grains;

/// <summary>The address of a worker: starts it on the silo that its key names.</summary>
[OwnSiloPlacement]
public sealed class WorkerGrain(WorkerPool workers) : Grain, IWorkerGrain
{
    /// <inheritdoc />
    public Task EnsureAsync()
    {
        workers.Ensure(WorkerKey.Parse(this.GetPrimaryKeyString()));
        return Task.CompletedTask;
    }
}
