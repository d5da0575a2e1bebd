using Scott.Models.Metrics;

namespace Scott.Models.Training;

/// <summary>What one epoch of pre-training was like. A JEPA loss that falls is no sign of health; the features' figures are.</summary>
public sealed record PretrainingRecord : TrainingRecord
{
    /// <summary>How much of itself the target encoder kept in the last step.</summary>
    public required double Momentum { get; init; }

    /// <summary>Of the context encoder's pooled features on some of the images, at its end.</summary>
    public required FeatureHealth Health { get; init; }

    /// <summary>The mean over its steps.</summary>
    public required GradientNorms Gradients { get; init; }

    /// <summary>What the frozen features are worth on labeled images; <see langword="null"/> in an epoch without evaluation.</summary>
    public FrozenAccuracy? Accuracy { get; init; }
}
