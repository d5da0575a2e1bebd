using Scott.Models.Metrics;

namespace Scott.Models.Training;

/// <summary>The figures of one epoch of fine-tuning.</summary>
public sealed record FineTuningRecord : TrainingRecord
{
    /// <summary>The share of augmented training images classified correctly during the epoch; a mixed image counts as its larger part.</summary>
    public required double TrainingTop1 { get; init; }

    /// <summary>The figures on the validation images at the end of the epoch.</summary>
    public required ValidationFigures Validation { get; init; }

    /// <summary>The health of the pooled features of the validation images at the end of the epoch.</summary>
    public required FeatureHealth Health { get; init; }

    /// <summary>The Euclidean norm of the backbone's gradients, mean over the epoch's steps; 0 if it is frozen.</summary>
    public required double BackboneGradient { get; init; }

    /// <summary>The Euclidean norm of the head's gradients, mean over the epoch's steps.</summary>
    public required double HeadGradient { get; init; }
}

/// <summary>How well a classifier does on the validation images.</summary>
/// <param name="Loss">The cross-entropy, without label smoothing or class weights.</param>
/// <param name="Top1">The share that is classified correctly, 0 to 1.</param>
/// <param name="Top5">The share whose class is among the five most likely, 0 to 1.</param>
/// <param name="MeanPerClassTop1">The mean over classes of the share that is classified correctly, 0 to 1.</param>
/// <param name="CalibrationError">The expected calibration error: how far confidence is from accuracy, 0 to 1.</param>
/// <param name="Images">The number of images.</param>
public sealed record ValidationFigures(double Loss, double Top1, double Top5, double MeanPerClassTop1, double CalibrationError, int Images);
