using Scott.Models.Metrics;

namespace Scott.Models.Training;

/// <summary>How well one probe does. Immutable; equal by value.</summary>
/// <param name="Kind">Which probe.</param>
/// <param name="Validation">On the validation pictures, by which settings and the best attentive probe are chosen.</param>
/// <param name="Test">On the test pictures, which nothing is chosen by.</param>
public sealed record ProbeResult(ProbeKind Kind, ClassificationMetrics Validation, ClassificationMetrics Test)
{
    /// <summary>
    /// Top-1 on the training pictures, in [0, 1]: far above the test pictures', the probe has learned them by heart. <see langword="null"/> for
    /// nearest neighbours, where each training picture would be its own.
    /// </summary>
    public double? TrainingTop1 { get; init; }
}
