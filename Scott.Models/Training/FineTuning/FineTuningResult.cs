using Scott.Models.Training;

namespace Scott.Models;

/// <summary>What a fine-tuning run came to.</summary>
/// <param name="Classifier">After the best epoch by the watched figure.</param>
/// <param name="LastClassifier">After the last step.</param>
/// <param name="History">A record of each epoch.</param>
/// <param name="BestEpoch">Which epoch was the best.</param>
/// <param name="EndedEarly">Whether patience or the app ended the run before all its steps.</param>
public sealed record FineTuningResult(
    ScottClassifier Classifier, ScottClassifier LastClassifier, IReadOnlyList<FineTuningRecord> History, BestEpoch BestEpoch, bool EndedEarly)
{
    /// <summary>
    /// Why the last checkpoint or report could not be written, for example a full disk. The result is whole all the same: save it elsewhere.
    /// </summary>
    /// <value><see langword="null"/> if all was written.</value>
    public CheckpointException? CheckpointError { get; init; }
}
