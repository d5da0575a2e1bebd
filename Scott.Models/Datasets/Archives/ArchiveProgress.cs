namespace Scott.Models.Datasets;

/// <summary>How far the checking or unpacking of an archive has come.</summary>
/// <param name="CompletedBytes">The archive's bytes read so far.</param>
/// <param name="TotalBytes">The bytes it has.</param>
/// <param name="Files">The files written so far.</param>
/// <param name="Elapsed">The time since it began.</param>
public readonly record struct ArchiveProgress(long CompletedBytes, long TotalBytes, int Files, TimeSpan Elapsed)
{
    /// <summary>The time left at the rate so far, if anything is read.</summary>
    public TimeSpan? Remaining => CompletedBytes > 0 ? Elapsed * ((double)(TotalBytes - CompletedBytes) / CompletedBytes) : null;
}
