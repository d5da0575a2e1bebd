using Scott.Models.Pretraining;

namespace Scott.Models;

/// <summary>What a pre-training run came to.</summary>
/// <param name="Model">The model with the trained context encoder.</param>
/// <param name="History">A record of each epoch.</param>
public sealed record PretrainingResult(ScottModel Model, IReadOnlyList<EpochRecord> History);
