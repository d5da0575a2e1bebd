namespace Scott.Models.Inference;

/// <summary>How far the learning of an anomaly detector has come.</summary>
/// <param name="Stage">The current stage.</param>
/// <param name="Completed">By stage: images read, images scored, or patches selected.</param>
/// <param name="Total">How many there are; of patches, at most.</param>
public readonly record struct AnomalyProgress(AnomalyStage Stage, int Completed, int Total);

/// <summary>The stages of learning, in order.</summary>
public enum AnomalyStage
{
    /// <summary>The model runs over the normal images.</summary>
    Reading,
    /// <summary>Each normal image is scored by what is learned from others, to find the threshold.</summary>
    Calibrating,
    /// <summary>The patches to keep are selected from all images.</summary>
    Selecting,
}
