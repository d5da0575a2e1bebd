using Scott.Models.Training;

namespace Scott.Models;

/// <summary>The result of a pre-training run.</summary>
/// <param name="Model">The model with the encoder that the recipe asks for: after the best epoch, or after the last step if no epoch had the
/// watched figure.</param>
/// <param name="LastModel">The model after the last step.</param>
/// <param name="History">A record of each epoch.</param>
/// <param name="BestEpoch">Which epoch was the best; <see langword="null"/> if no epoch had the watched figure.</param>
/// <param name="EndedEarly">Whether patience or the app ended the run before all its steps.</param>
public sealed record PretrainingResult(
    ScottModel Model, ScottModel LastModel, IReadOnlyList<PretrainingRecord> History, BestEpoch? BestEpoch, bool EndedEarly)
{
    /// <summary>Why the last checkpoint or report could not be written, for example a full disk. The result is complete; save it elsewhere.</summary>
    /// <value><see langword="null"/> if everything was written.</value>
    public CheckpointException? CheckpointError { get; init; }
}
