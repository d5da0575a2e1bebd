using Scott.Models.Pretraining;
using Scott.Models.Training;

namespace Scott.Models;

/// <summary>What a pre-training run came to.</summary>
/// <param name="Model">The model with the trained context encoder, after the last step.</param>
/// <param name="History">A record of each epoch.</param>
/// <param name="BestModel">The model after the best epoch by the watched figure; <see langword="null"/> if no epoch had that figure.</param>
/// <param name="BestEpoch">Which epoch that was.</param>
/// <param name="EndedEarly">Whether patience or the app ended the run before all its steps.</param>
public sealed record PretrainingResult(
    ScottModel Model, IReadOnlyList<PretrainingRecord> History, ScottModel? BestModel, BestEpoch? BestEpoch, bool EndedEarly);
