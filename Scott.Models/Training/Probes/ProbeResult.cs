using Scott.Models.Metrics;

namespace Scott.Models.Training;

/// <summary>How well one probe does. Immutable; equal by value.</summary>
/// <param name="Kind">Which probe.</param>
/// <param name="Validation">On the validation images, by which settings and the best attentive probe are chosen.</param>
/// <param name="Test">On the test images, which nothing is chosen by.</param>
public sealed record ProbeResult(ProbeKind Kind, ClassificationMetrics Validation, ClassificationMetrics Test)
{
    /// <summary>
    /// Top-1 on the training images, in [0, 1]: far above the test images', the probe has learned them by heart. <see langword="null"/> for
    /// nearest neighbors, where each training image would be its own.
    /// </summary>
    public double? TrainingTop1 { get; init; }
}
