using Scott.Models.Metrics;

namespace Scott.Models.Training;

/// <summary>The figures of one epoch of fine-tuning to several labels.</summary>
public sealed record MultiLabelRecord : TrainingRecord
{
    /// <summary>The share of augmented training images whose most likely label is one of theirs; in a mixed image it must be one of the larger
    /// part.</summary>
    public required double TrainingTop1 { get; init; }

    /// <summary>The figures on the validation images at the end of the epoch.</summary>
    public required MultiLabelFigures Validation { get; init; }

    /// <inheritdoc cref="FineTuningRecord.Health"/>
    public required FeatureHealth Health { get; init; }

    /// <inheritdoc cref="FineTuningRecord.BackboneGradient"/>
    public required double BackboneGradient { get; init; }

    /// <inheritdoc cref="FineTuningRecord.HeadGradient"/>
    public required double HeadGradient { get; init; }
}

/// <summary>How well a multi-label classifier does on the validation images.</summary>
/// <remarks>The thresholds are chosen on the same images, so every F1 looks better than on new images. The average precision needs no
/// threshold.</remarks>
/// <param name="Loss">The binary cross-entropy, mean over images and labels, without label smoothing or weights.</param>
/// <param name="MeanAveragePrecision">The mean average precision over the labels that images have, 0 to 1.</param>
/// <param name="MicroF1">F1 of all decisions together, 0 to 1.</param>
/// <param name="MacroF1">The mean F1 of the labels that images have, 0 to 1.</param>
/// <param name="HammingLoss">The share of wrong decisions, 0 to 1.</param>
/// <param name="Images">The number of images.</param>
/// <param name="Labels">The metrics of each label, with its threshold.</param>
public sealed record MultiLabelFigures(
    double Loss, double MeanAveragePrecision, double MicroF1, double MacroF1, double HammingLoss, int Images, IReadOnlyList<LabelMetrics> Labels);
