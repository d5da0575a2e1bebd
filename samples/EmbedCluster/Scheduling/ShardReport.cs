namespace EmbedCluster.Scheduling;

/// <summary>How a shard went, as its worker reports it.</summary>
/// <param name="Lease">The lease that ends with this report.</param>
/// <param name="Shard">The shard of the lease.</param>
/// <param name="End">How it ended.</param>
/// <param name="Images">The rows of the shard's file.</param>
/// <param name="FailedImages">The rows with an error instead of a vector.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Error">What went wrong, if anything did.</param>
/// <param name="Unsound">The shards that the last check found missing or damaged, if this reports the last check.</param>
public sealed record ShardReport(
    long Lease, int Shard, ShardEnd End, long Images = 0, long FailedImages = 0, double Seconds = 0, string? Error = null, int[]? Unsound = null);

/// <summary>How the work on a shard ended.</summary>
public enum ShardEnd
{
    /// <summary>Its file is published.</summary>
    Computed,

    /// <summary>Its file was there and sound.</summary>
    Found,

    /// <summary>It cannot be computed: its inputs are damaged. That counts against the shard.</summary>
    Failed,

    /// <summary>The worker could not work: its disk is full, or it cannot load the model. That does not count against the shard.</summary>
    Hindered,

    /// <summary>The worker was told to stop.</summary>
    GivenBack,
}
