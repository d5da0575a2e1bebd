namespace Scott.Models.Training;

/// <summary>What is known of an epoch that has ended, before what it trained is examined.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Steps">The optimizer steps taken.</param>
/// <param name="Plan">The run's.</param>
/// <param name="Sums">What its steps add up to.</param>
/// <param name="ImagesPerSecond">Trained on, loading included.</param>
/// <param name="Elapsed">The run's time so far.</param>
/// <param name="UnreadableImages">Images found unreadable so far.</param>
internal sealed record EpochSummary(
    int Epoch, long Steps, TrainingPlan Plan, EpochSums Sums, double ImagesPerSecond, TimeSpan Elapsed, int UnreadableImages)
{
    /// <summary>The part of the run that is done, 0 to 1.</summary>
    public double Done => (double)Steps / Plan.TotalSteps;

    public bool IsLast => Steps == Plan.TotalSteps;

    /// <summary>The time that the rest of the run takes at the rate so far.</summary>
    public TimeSpan Remaining => Elapsed * ((1 - Done) / Done);
}
