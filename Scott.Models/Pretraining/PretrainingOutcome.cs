using Scott.Models.Weights;

namespace Scott.Models.Pretraining;

/// <summary>What a run came to, as weights.</summary>
/// <param name="Last">The context encoder's after the last step.</param>
/// <param name="History">A record of each epoch.</param>
/// <param name="Best">The context encoder's after the best epoch, if the run watched a figure.</param>
/// <param name="BestEpoch">Which that was.</param>
/// <param name="EndedEarly">Whether patience or the caller ended it before all its steps.</param>
internal sealed record PretrainingOutcome(WeightSet Last, IReadOnlyList<EpochRecord> History, WeightSet? Best, BestEpoch? BestEpoch, bool EndedEarly);
