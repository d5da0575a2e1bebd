using Scott.Models.Weights;

namespace Scott.Models.Training;

/// <summary>What a run came to, as weights.</summary>
/// <param name="Last">After the last step: <see cref="ITrainingMethod{TRecord}.Product"/>.</param>
/// <param name="History">A record of each epoch.</param>
/// <param name="Best">After the best epoch, if the run watched a figure.</param>
/// <param name="BestEpoch">Which that was.</param>
/// <param name="EndedEarly">Whether patience or the caller ended it before all its steps.</param>
internal sealed record TrainingOutcome<TRecord>(WeightSet Last, IReadOnlyList<TRecord> History, WeightSet? Best, BestEpoch? BestEpoch, bool EndedEarly)
    where TRecord : TrainingRecord;
