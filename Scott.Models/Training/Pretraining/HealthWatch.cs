using System.Globalization;
using Scott.Models.Metrics;

namespace Scott.Models.Training;

/// <summary>Says in words when a run's figures do not look right.</summary>
internal static class HealthWatch
{
    private const double CollapsedRank = 2;
    private const double CollapsedDeviation = 0.05;
    private const double AlikeCosine = 0.995;

    /// <summary>The mask token's gradient as a share of its network's, under which it learns nothing.</summary>
    private const double DeadMaskTokenShare = 1e-7;

    /// <summary>The part of a run in which features commonly draw together before they spread.</summary>
    private const double EarlyPart = 0.15;

    /// <param name="health">The epoch's.</param>
    /// <param name="gradients">The epoch's.</param>
    /// <param name="first">The first epoch's gradients, to compare with.</param>
    /// <param name="done">The part of the run that is done, 0 to 1.</param>
    public static IReadOnlyList<string> Warnings(FeatureHealth health, GradientNorms gradients, GradientNorms first, double done)
    {
        List<string> warnings = [];
        if (health.EffectiveRank < CollapsedRank || health.StandardDeviation < CollapsedDeviation || health.MeanCosine > AlikeCosine)
        {
            warnings.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"The features have collapsed or nearly so: effective rank {health.EffectiveRank:F1}, standard deviation {health.StandardDeviation:F3}, mean cosine {health.MeanCosine:F3}. ")
                + (done <= EarlyPart
                    ? "Early in a run this is common and passes; watch whether the rank rises again."
                    : "Raise the momentum of the target encoder, lower the learning rate, or hide more patches."));
        }

        if (GradientWatch.Warning(gradients.Total, first.Total) is { } exploding)
        {
            warnings.Add(exploding);
        }

        if (gradients.MaskToken <= DeadMaskTokenShare * gradients.Transformer)
        {
            warnings.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"The mask token is dead: its gradient is {gradients.MaskToken:G2}, that of the transformer around it {gradients.Transformer:G2}. ")
                + "Hidden patches then teach nothing. Check that patches are hidden and that the learning rate is not far too high.");
        }

        return warnings;
    }
}
