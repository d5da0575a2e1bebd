using Scott.Models.Metrics;
using static System.FormattableString;

namespace Scott.Models.Training;

/// <summary>Says in words when the figures of an epoch look wrong.</summary>
internal static class FineTuningWatch
{
    /// <summary>Features of a lower rank tell no classes apart.</summary>
    private const double CollapsedRank = 2;

    /// <summary>The share of a run after which a classifier must be better than guessing.</summary>
    private const double EarlyShare = 0.2;

    /// <summary>Up to this multiple of a guesser's accuracy, a classifier is no better than guessing.</summary>
    private const double GuessingFactor = 1.2;

    /// <param name="figures">The validation figures of the epoch.</param>
    /// <param name="health">The health of the epoch's features.</param>
    /// <param name="gradient">The mean length of the epoch's gradients.</param>
    /// <param name="history">The records of the epochs before.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="done">The share of the run that is done, 0 to 1.</param>
    public static IReadOnlyList<string> Warnings(
        ValidationFigures figures, FeatureHealth health, double gradient, IReadOnlyList<FineTuningRecord> history, int classes, double done)
    {
        List<string> warnings = [];
        if (done > EarlyShare && classes > 1 && figures.MeanPerClassTop1 < GuessingFactor / classes)
        {
            string accuracy = Invariant($"{100 * figures.MeanPerClassTop1:F1} % per class with {Plural.Of(classes, "class", "classes")}");
            warnings.Add($"The classifier is no better than guessing: {accuracy}. Lower the learning rate, and check the labels.");
        }

        // The features of a single image are of rank 1.
        if (figures.Images > 1 && health.EffectiveRank < CollapsedRank)
        {
            warnings.Add(Invariant($"The features have collapsed or nearly so: effective rank {health.EffectiveRank:F1}. ")
                + "Lower the learning rate, or freeze more of the backbone.");
        }

        if (history.Count > 0
            && HealthWatch.GradientWarning(gradient, history[0].BackboneGradient + history[0].HeadGradient) is { } exploding)
        {
            warnings.Add(exploding);
        }

        return warnings;
    }
}
