using Scott.Models.Metrics;
using static System.FormattableString;

namespace Scott.Models.Training;

/// <summary>Says in words when the figures of a run look wrong.</summary>
internal static class HealthWatch
{
    private const double CollapsedRank = 2;
    private const double CollapsedDeviation = 0.05;
    private const double AlikeCosine = 0.995;
    private const double ExplodingGrowth = 100;
    /// <summary>The mask token learns nothing if its gradient is at most this share of the transformer's.</summary>
    private const double DeadMaskTokenShare = 1e-7;
    /// <summary>In this first share of a run, features are often alike before they spread.</summary>
    private const double EarlyShare = 0.15;

    /// <summary>Features and the length of the gradient of a run without masks, compared with the first epoch's.</summary>
    public static IReadOnlyList<string> Warnings(FeatureHealth health, double gradient, double first)
    {
        List<string> warnings = [];
        if (CollapseOf(health) is { } figures)
            warnings.Add($"The features have collapsed or nearly so: {figures}. Lower the learning rate, or check what the teacher gives.");
        if (GradientWarning(gradient, first) is { } exploding)
            warnings.Add(exploding);

        return warnings;
    }

    /// <summary>Compares the gradients with those of the first epoch. The share of the run that is done is 0 to 1.</summary>
    public static IReadOnlyList<string> Warnings(FeatureHealth health, GradientNorms gradients, GradientNorms first, double done)
    {
        List<string> warnings = [];
        if (CollapseOf(health) is { } figures)
        {
            warnings.Add($"The features have collapsed or nearly so: {figures}. " + (done <= EarlyShare
                ? "Early in a run this is common and passes; watch whether the rank rises again."
                : "Raise the momentum of the target encoder, lower the learning rate, or hide more patches."));
        }

        if (GradientWarning(gradients.Total, first.Total) is { } exploding)
            warnings.Add(exploding);

        if (gradients.MaskToken <= DeadMaskTokenShare * gradients.Transformer)
        {
            string lengths = Invariant($"its gradient is {gradients.MaskToken:G2}, that of the transformer around it {gradients.Transformer:G2}");
            warnings.Add($"The mask token is dead: {lengths}. Hidden patches then teach nothing. "
                + "Check that patches are hidden and that the learning rate is not far too high.");
        }

        return warnings;
    }

    /// <summary>The figures of features that are nearly the same for all images; <see langword="null"/> if they are not.</summary>
    private static string? CollapseOf(FeatureHealth health) =>
        health.EffectiveRank < CollapsedRank || health.StandardDeviation < CollapsedDeviation || health.MeanCosine > AlikeCosine
            ? Invariant(
                $"effective rank {health.EffectiveRank:F1}, standard deviation {health.StandardDeviation:F3}, mean cosine {health.MeanCosine:F3}")
            : null;

    /// <summary>Detects gradients that explode; <see langword="null"/> if nothing is wrong.</summary>
    public static string? GradientWarning(double length, double first) => length > ExplodingGrowth * first && first > 0
        ? Invariant($"The gradients are {length / first:F0} times as long as in the first epoch. ")
            + "Lower the learning rate, or set MaximumGradientNorm."
        : null;
}
