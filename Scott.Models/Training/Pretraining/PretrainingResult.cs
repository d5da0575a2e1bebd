using Scott.Models.Training;

namespace Scott.Models;

/// <summary>What a pre-training run came to.</summary>
/// <param name="Model">The model with the trained context encoder, after the best epoch by the watched figure; after the last step if no epoch had that figure.</param>
/// <param name="LastModel">After the last step.</param>
/// <param name="History">A record of each epoch.</param>
/// <param name="BestEpoch">Which epoch was the best; <see langword="null"/> if no epoch had the watched figure.</param>
/// <param name="EndedEarly">Whether patience or the app ended the run before all its steps.</param>
public sealed record PretrainingResult(
    ScottModel Model, ScottModel LastModel, IReadOnlyList<PretrainingRecord> History, BestEpoch? BestEpoch, bool EndedEarly)
{
    /// <summary>
    /// Why the last checkpoint or report could not be written, for example a full disk. The result is whole all the same: save it elsewhere.
    /// </summary>
    /// <value><see langword="null"/> if all was written.</value>
    public CheckpointException? CheckpointError { get; init; }
}
