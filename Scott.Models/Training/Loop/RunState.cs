namespace Scott.Models.Training;

/// <summary>Where a run stands, beside its networks: part of a checkpoint.</summary>
/// <param name="Pace">How the schedules are spread over steps.</param>
/// <param name="ElapsedSeconds">The run's time so far, of all its parts.</param>
/// <param name="Epoch">What the epoch at work adds up to.</param>
/// <param name="Best">The best epoch so far, if one has ended with the watched figure.</param>
/// <param name="IsEnded">Whether the run ended before all its steps: stopped early, or by the caller.</param>
/// <param name="Images">The digest of each role's images; <see langword="null"/> in checkpoints that were written before there were digests.</param>
internal sealed record RunState(
    PlanPace Pace, double ElapsedSeconds, EpochSums Epoch, BestEpoch? Best, bool IsEnded, IReadOnlyDictionary<string, string>? Images = null);
