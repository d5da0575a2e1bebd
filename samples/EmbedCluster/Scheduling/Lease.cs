namespace EmbedCluster.Scheduling;

/// <summary>The right of one worker to compute one shard until a deadline.</summary>
/// <param name="Id">Its number. No other lease of the job has it.</param>
/// <param name="Shard">The shard, from 0, or <see cref="Finish"/>.</param>
/// <param name="Worker">The worker.</param>
/// <param name="Given">When the worker got it.</param>
/// <param name="IsBackup">Whether another worker computes the same shard.</param>
public sealed record Lease(long Id, int Shard, string Worker, DateTimeOffset Given, bool IsBackup)
{
    /// <summary>Stands for the last piece of work: to check all shards, and to say that the job is done.</summary>
    public const int Finish = -1;

    /// <summary>When it ends unless it is renewed.</summary>
    public DateTimeOffset Deadline { get; set; }

    /// <summary>How often its worker says that it still works. By the silo that gave the lease: others may be set otherwise.</summary>
    public TimeSpan FindRenewInterval() => (Deadline - Given) / 3;

    /// <summary>The images that its worker has done so far.</summary>
    public long Images { get; set; }
}
