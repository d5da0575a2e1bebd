using Scott.Models.Weights;

namespace Scott.Models.Training;

/// <summary>What a run came to, as weights.</summary>
/// <param name="Last">After the last step: <see cref="ITrainingMethod{TRecord}.Product"/>.</param>
/// <param name="History">A record of each epoch.</param>
/// <param name="Best">After the best epoch, if the run watched a figure.</param>
/// <param name="BestEpoch">Which that was.</param>
/// <param name="EndedEarly">Whether patience or the caller ended it before all its steps.</param>
/// <param name="CheckpointError">Why the files of its end could not be written; <see langword="null"/> if they were.</param>
internal sealed record TrainingOutcome<TRecord>(
    WeightSet Last, IReadOnlyList<TRecord> History, WeightSet? Best, BestEpoch? BestEpoch, bool EndedEarly, CheckpointException? CheckpointError)
    where TRecord : TrainingRecord;
