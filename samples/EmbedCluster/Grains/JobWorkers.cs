using EmbedCluster.Scheduling;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace EmbedCluster.Grains;

/// <summary>The workers of one job: which silos should have some, and which are gone.</summary>
public sealed class JobWorkers(
    IGrainFactory grains, ISiloStatusOracle silos, ISiloMetadataCache metadata, ScheduleOptions options, ILogger<JobWorkers> logger)
{
    /// <summary>The name under which a silo announces how many workers it has room for.</summary>
    public const string Capacity = "embed-workers";

    private readonly Dictionary<string, DateTimeOffset> _seen = [];

    /// <summary>Whether the silo of a worker is known to be dead. One that is not known may be new.</summary>
    public bool IsGone(string worker) => silos.IsDeadSilo(WorkerKey.SiloOf(worker));

    /// <summary>Notes that a worker is there.</summary>
    public void Saw(string worker, DateTimeOffset now) => _seen[worker] = now;

    /// <summary>Forgets who was there, so that <see cref="Ensure"/> asks all.</summary>
    public void Reset() => _seen.Clear();

    /// <summary>Starts workers on all silos with room that have not been heard of for a while.</summary>
    public void Ensure(string job, DateTimeOffset now)
    {
        foreach (string gone in _seen.Keys.Where(IsGone).ToArray())
            _seen.Remove(gone);

        foreach (SiloAddress silo in silos.GetApproximateSiloStatuses(onlyActive: true).Keys)
        {
            for (int slot = 0; slot < RoomOf(silo); slot++)
            {
                var key = new WorkerKey(job, silo, slot);
                if (_seen.TryGetValue(key.Worker, out DateTimeOffset seen) && now - seen < options.LeaseTime)
                    continue;

                _seen[key.Worker] = now;
                _ = EnsureAsync(key);
            }
        }
    }

    private int RoomOf(SiloAddress silo) =>
        metadata.GetSiloMetadata(silo).Metadata.TryGetValue(Capacity, out string? text)
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int room) ? room : 0;

    private async Task EnsureAsync(WorkerKey key)
    {
        try
        {
            await grains.GetGrain<IWorkerGrain>(key.ToString()).EnsureAsync();
        }
        catch (Exception exception)
        {
            _seen.Remove(key.Worker);
            Log.NoWorker(logger, key.Worker, exception.Message);
        }
    }
}
