namespace EmbedCluster.Scheduling;

/// <summary>What a worker is to do next.</summary>
/// <param name="Lease">The work; <see langword="null"/> if there is none.</param>
/// <param name="Wait">How long to wait before asking again if there is no work; <see langword="null"/> to stop asking.</param>
public sealed record WorkerOrder(Lease? Lease, TimeSpan? Wait)
{
    /// <summary>The job needs this worker no longer.</summary>
    public static WorkerOrder Leave { get; } = new(null, null);
}
