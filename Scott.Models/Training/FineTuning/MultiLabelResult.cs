using Scott.Models.Training;

namespace Scott.Models;

/// <summary>The result of fine-tuning to several labels.</summary>
/// <param name="Classifier">The classifier after the best epoch, with thresholds chosen on the validation images.</param>
/// <param name="LastClassifier">The classifier after the last step, with the thresholds of the last epoch.</param>
/// <param name="History">A record of each epoch.</param>
/// <param name="BestEpoch">Which epoch was the best.</param>
/// <param name="EndedEarly">Whether patience or the app ended the run before all its steps.</param>
public sealed record MultiLabelResult(
    ScottClassifier Classifier, ScottClassifier LastClassifier, IReadOnlyList<MultiLabelRecord> History, BestEpoch BestEpoch, bool EndedEarly)
{
    /// <inheritdoc cref="FineTuningResult.CheckpointError"/>
    public CheckpointException? CheckpointError { get; init; }
}
