namespace Scott.Models.Inference;

/// <summary>How an <see cref="EmbeddingJobIndex"/> opens the folder of a job. Immutable.</summary>
public sealed record EmbeddingJobIndexOptions
{
    /// <summary>Whether a job can be opened before all its shards are there. The others are then searched, and
    /// <see cref="EmbeddingJobIndex.MissingShards"/> counts those that are not.</summary>
    /// <value>Default: <see langword="false"/>; a missing shard is an error.</value>
    public bool AllowMissingShards { get; init; }

    /// <summary>Whether the SHA-256 of every shard is compared, for which all files are read once.</summary>
    /// <value>Default: <see langword="false"/>. Plan, number, layout and counts of each shard are always checked, but only the checksum shows that a
    /// number in a vector or a letter in a key has changed. Running the job again also compares all checksums, and replaces what is damaged.</value>
    public bool VerifyChecksums { get; init; }
}
