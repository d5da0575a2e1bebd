namespace Scott.Models.Inference;

/// <summary>How far an <see cref="EmbeddingJob"/> has come.</summary>
/// <param name="CompletedShards">The shards whose files are there and sound, those of earlier runs included.</param>
/// <param name="Shards">All shards of the plan.</param>
/// <param name="Images">The images that are done: in these shards, and in the one at work.</param>
/// <param name="Failed">How many of these gave an error.</param>
/// <param name="TotalImages">All images of the plan; <see langword="null"/> if it has tar archives, whose images are not known before.</param>
/// <param name="ComputedImages">The images that this run computed; <see cref="Images"/> without those of earlier runs.</param>
/// <param name="ComputedShards">The shards that this run finished.</param>
/// <param name="Elapsed">The time since this run began to compute; while it checks the shards that are there, since it began to check.</param>
public readonly record struct EmbeddingJobProgress(
    int CompletedShards, int Shards, long Images, long Failed, long? TotalImages, long ComputedImages, int ComputedShards, TimeSpan Elapsed)
{
    /// <summary>The mean number of images per second of this run.</summary>
    public double ImagesPerSecond => Elapsed > TimeSpan.Zero ? ComputedImages / Elapsed.TotalSeconds : 0;

    /// <summary>The time left at this rate: by images if their total is known, otherwise by shards; null before the first.</summary>
    public TimeSpan? Remaining =>
        TotalImages is { } total ? ComputedImages > 0 ? Elapsed * ((double)Math.Max(0, total - Images) / ComputedImages) : null
        : ComputedShards > 0 ? Elapsed * ((double)(Shards - CompletedShards) / ComputedShards) : null;
}

/// <summary>The totals of a finished job.</summary>
/// <param name="Shards">The shards, all sound.</param>
/// <param name="ComputedShards">How many of them this run computed; the others were there.</param>
/// <param name="Images">The rows of all shards together.</param>
/// <param name="Failed">The rows with an error instead of a vector.</param>
/// <param name="IgnoredEntries">The files in tar archives that are no images.</param>
/// <param name="Elapsed">The time that this run took.</param>
public sealed record EmbeddingJobResult(int Shards, int ComputedShards, long Images, long Failed, long IgnoredEntries, TimeSpan Elapsed);

/// <summary>One finished shard.</summary>
/// <param name="Number">Its number, from 0.</param>
/// <param name="Path">Its file.</param>
/// <param name="Images">Its rows.</param>
/// <param name="Failed">The rows with an error instead of a vector.</param>
/// <param name="IgnoredEntries">The files in its tar archive that are no images; 0 if it is none.</param>
/// <param name="IsComputed">Whether this call computed it; otherwise its file was there and sound.</param>
public sealed record EmbeddingShard(int Number, string Path, long Images, long Failed, long IgnoredEntries, bool IsComputed);

/// <summary>What <c>_SUCCESS</c> holds.</summary>
internal sealed record JobTotals(string Plan, int Shards, long Images, long Failed, long Ignored);
