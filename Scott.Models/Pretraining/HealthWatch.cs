using System.Globalization;
using Scott.Models.Evaluation;

namespace Scott.Models.Pretraining;

/// <summary>Says in words when a run's figures do not look right.</summary>
internal static class HealthWatch
{
    private const double CollapsedRank = 2;
    private const double CollapsedDeviation = 0.05;
    private const double AlikeCosine = 0.995;
    private const double ExplodingGrowth = 100;

    /// <param name="health">The epoch's.</param>
    /// <param name="gradients">The epoch's.</param>
    /// <param name="first">The first epoch's gradients, to compare with.</param>
    public static IReadOnlyList<string> Warnings(FeatureHealth health, GradientNorms gradients, GradientNorms first)
    {
        List<string> warnings = [];
        if (health.EffectiveRank < CollapsedRank || health.StandardDeviation < CollapsedDeviation || health.MeanCosine > AlikeCosine)
        {
            warnings.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"The features have collapsed or nearly so: effective rank {health.EffectiveRank:F1}, standard deviation {health.StandardDeviation:F3}, mean cosine {health.MeanCosine:F3}. ")
                + "Raise the momentum of the target encoder, lower the learning rate, or hide more patches.");
        }

        if (gradients.Total > ExplodingGrowth * first.Total && first.Total > 0)
        {
            warnings.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"The gradients are {gradients.Total / first.Total:F0} times as long as in the first epoch. Lower the learning rate, or set MaximumGradientNorm."));
        }

        return warnings;
    }
}
