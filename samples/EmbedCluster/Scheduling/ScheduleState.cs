namespace EmbedCluster.Scheduling;

/// <summary>All that a schedule must not forget. Its size grows by one bit for a shard, and by the leases and faults.</summary>
public sealed class ScheduleState
{
    /// <summary>The number of shards.</summary>
    public int Shards { get; set; }

    /// <summary>What may be done.</summary>
    public JobPhase Phase { get; set; }

    /// <summary>One bit for each shard, the lowest bit of the first byte first: whether its file is published.</summary>
    public byte[] Done { get; set; } = [];

    /// <summary>The leases that have not ended.</summary>
    public List<Lease> Leases { get; set; } = [];

    /// <summary>The shards with faults.</summary>
    public Dictionary<int, ShardFaults> Faults { get; set; } = [];

    /// <summary>What has been counted.</summary>
    public ScheduleCounts Counts { get; set; } = new();

    /// <summary>The state of a job whose shards are all still to do.</summary>
    /// <param name="shards">The number of shards.</param>
    public static ScheduleState Create(int shards) => new() { Shards = shards, Done = new byte[(shards + 7) / 8], Phase = JobPhase.Running };
}

/// <summary>What may be done with a job.</summary>
public enum JobPhase
{
    /// <summary>There is no such job.</summary>
    None,

    /// <summary>Shards are handed out.</summary>
    Running,

    /// <summary>No more shards are handed out until the job is resumed. Those at work are finished.</summary>
    Paused,

    /// <summary>Work has ended before the end. Finished shards are kept.</summary>
    Cancelled,

    /// <summary>All that can be computed is; parked shards are missing.</summary>
    Incomplete,

    /// <summary>All shards are there and sound.</summary>
    Done,
}

/// <summary>What went wrong with one shard.</summary>
public sealed class ShardFaults
{
    /// <summary>How often it failed.</summary>
    public int Failures { get; set; }

    /// <summary>How often its worker was lost.</summary>
    public int Losses { get; set; }

    /// <summary>Whether it is no longer tried.</summary>
    public bool IsParked { get; set; }

    /// <summary>The last fault.</summary>
    public string? Error { get; set; }

    /// <summary>When it may be tried again.</summary>
    public DateTimeOffset NotBefore { get; set; }
}

/// <summary>What a schedule has counted since the job began.</summary>
public sealed class ScheduleCounts
{
    /// <summary>The leases given, without those of the last check.</summary>
    public long Given { get; set; }

    /// <summary>The shards that workers computed, those that two computed counted twice.</summary>
    public long Computed { get; set; }

    /// <summary>The shards whose files were there and sound when a worker came to them.</summary>
    public long Found { get; set; }

    /// <summary>The leases whose worker went away.</summary>
    public long Lost { get; set; }

    /// <summary>The leases whose deadline passed.</summary>
    public long Expired { get; set; }

    /// <summary>The leases that ended with a fault of the shard.</summary>
    public long Failed { get; set; }

    /// <summary>The leases that ended because the worker could not work.</summary>
    public long Hindered { get; set; }

    /// <summary>The leases that workers gave back, and those that ended because another worker had the shard done first.</summary>
    public long GivenBack { get; set; }

    /// <summary>The leases for a second copy of a slow shard.</summary>
    public long Backups { get; set; }

    /// <summary>The shards that the last check found missing or damaged, and that were computed again.</summary>
    public long Repaired { get; set; }

    /// <summary>The rows of the finished shards.</summary>
    public long Images { get; set; }

    /// <summary>The rows with an error instead of a vector.</summary>
    public long FailedImages { get; set; }
}
