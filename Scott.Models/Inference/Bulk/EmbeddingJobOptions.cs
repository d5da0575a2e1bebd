namespace Scott.Models.Inference;

/// <summary>How an <see cref="EmbeddingJob"/> is cut into shards. Immutable.</summary>
public sealed record EmbeddingJobOptions
{
    /// <summary>The default of <see cref="ShardSize"/>.</summary>
    public const int DefaultShardSize = 10_000;

    /// <summary>The largest <see cref="ShardSize"/>.</summary>
    public const int MaximumShardSize = 100_000;

    /// <summary>The images of one shard. A tar archive is always one shard, whatever it holds.</summary>
    /// <value>1 to 100 000; default: 10 000. What a kill can cost is the work on one shard.</value>
    public int ShardSize { get; init; } = DefaultShardSize;

    /// <summary>Checks every setting.</summary>
    /// <exception cref="ScottConfigurationException">A setting is not legal.</exception>
    public void Validate()
    {
        var faults = new FaultList(nameof(EmbeddingJobOptions));
        faults.RequireRange(nameof(ShardSize), ShardSize, 1, MaximumShardSize);
        faults.ThrowIfAny();
    }
}
