namespace EmbedCluster.Scheduling;

/// <summary>How shards are handed out.</summary>
public sealed record ScheduleOptions
{
    /// <summary>A lease ends this long after it was given or last renewed. The default is a minute.</summary>
    public TimeSpan LeaseTime { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>A shard that failed so often is parked: it is reported, and no longer tried. The default is 3.</summary>
    public int MostFailures { get; init; } = 3;

    /// <summary>A shard whose workers were lost so often is parked too: it may be the shard that kills them. The default is 5.</summary>
    public int MostLosses { get; init; } = 5;

    /// <summary>A failed shard waits this long before the next try, and twice as long before the one after it. The default is 5 seconds.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>When no shard is left to take, a free worker takes a second copy of one that has been computed for this many times the median
    /// time of a shard: its worker may be slow. 0 turns that off. The default is 3.</summary>
    public double BackupFactor { get; init; } = 3;

    /// <summary>How long a worker waits before it asks again when there is nothing to do.</summary>
    public TimeSpan AskInterval => TimeSpan.FromSeconds(Math.Clamp(LeaseTime.TotalSeconds / 6, 0.2, 10));
}
