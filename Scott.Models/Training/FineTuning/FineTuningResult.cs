using Scott.Models.Training;

namespace Scott.Models;

/// <summary>The result of a fine-tuning run.</summary>
/// <param name="Classifier">The classifier after the best epoch.</param>
/// <param name="LastClassifier">The classifier after the last step.</param>
/// <param name="History">A record of each epoch.</param>
/// <param name="BestEpoch">Which epoch was the best.</param>
/// <param name="EndedEarly">Whether patience or the app ended the run before all its steps.</param>
public sealed record FineTuningResult(
    ScottClassifier Classifier, ScottClassifier LastClassifier, IReadOnlyList<FineTuningRecord> History, BestEpoch BestEpoch, bool EndedEarly)
{
    /// <summary>Why the last checkpoint or report could not be written, for example a full disk. The result is complete; save it elsewhere.</summary>
    /// <value><see langword="null"/> if everything was written.</value>
    public CheckpointException? CheckpointError { get; init; }
}
