using Scott.Models.Metrics;

namespace Scott.Models.Training;

/// <summary>What one epoch of fine-tuning was like.</summary>
public sealed record FineTuningRecord : TrainingRecord
{
    /// <summary>The share of training images classified rightly while the epoch went on, augmented as they were; of mixed ones, as the larger part.</summary>
    public required double TrainingTop1 { get; init; }

    /// <summary>On the validation images, at its end.</summary>
    public required ValidationFigures Validation { get; init; }

    /// <summary>Of the pooled features of the validation images, at its end.</summary>
    public required FeatureHealth Health { get; init; }

    /// <summary>How long the backbone's gradients are, the mean over its steps; 0 if it is frozen.</summary>
    public required double BackboneGradient { get; init; }

    /// <summary>How long the head's gradients are, the mean over its steps.</summary>
    public required double HeadGradient { get; init; }
}
