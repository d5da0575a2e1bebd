namespace Scott.Models.Inference;

/// <summary>How far a run over many images has come.</summary>
/// <param name="Completed">The images handed out so far, failed ones included.</param>
/// <param name="Failed">How many of these gave an error.</param>
/// <param name="Total">The number of all images, or <see langword="null"/> if the input does not tell.</param>
/// <param name="Elapsed">The time since the run began.</param>
public readonly record struct InferenceProgress(long Completed, long Failed, long? Total, TimeSpan Elapsed)
{
    /// <summary>The mean number of images per second since the run began.</summary>
    public double ImagesPerSecond => Elapsed > TimeSpan.Zero ? Completed / Elapsed.TotalSeconds : 0;

    /// <summary>The time left at that rate, if the total is known and something is completed.</summary>
    public TimeSpan? Remaining => Total is { } total && Completed > 0 ? Elapsed * ((double)Math.Max(0, total - Completed) / Completed) : null;
}
