using Scott.Models.Metrics;

namespace Scott.Models.Training;

/// <summary>Says in words what does not look right about an epoch.</summary>
internal static class FineTuningWatch
{
    /// <summary>Features of one rank and a bit tell no classes apart.</summary>
    private const double CollapsedRank = 2;

    /// <summary>The part of a run after which a classifier should be better than one that guesses.</summary>
    private const double EarlyPart = 0.2;

    /// <summary>How many times a guesser's accuracy is still no better than guessing.</summary>
    private const double GuessingFactor = 1.2;

    /// <param name="figures">The epoch's.</param>
    /// <param name="health">The epoch's.</param>
    /// <param name="gradient">The epoch's length of gradients.</param>
    /// <param name="history">The epochs before.</param>
    /// <param name="classes">C.</param>
    /// <param name="done">The part of the run that is done, 0 to 1.</param>
    public static IReadOnlyList<string> Warnings(
        ValidationFigures figures, FeatureHealth health, double gradient, IReadOnlyList<FineTuningRecord> history, int classes, double done)
    {
        List<string> warnings = [];
        if (done > EarlyPart && classes > 1 && figures.MeanPerClassTop1 < GuessingFactor / classes)
        {
            warnings.Add(FormattableString.Invariant(
                $"The classifier is no better than guessing: {100 * figures.MeanPerClassTop1:F1} % per class with {Plural.Of(classes, "class", "classes")}. Lower the learning rate, and check the labels."));
        }

        // The features of a single image are of rank 1.
        if (figures.Images > 1 && health.EffectiveRank < CollapsedRank)
        {
            warnings.Add(FormattableString.Invariant(
                $"The features have collapsed or nearly so: effective rank {health.EffectiveRank:F1}. Lower the learning rate, or freeze more of the backbone."));
        }

        if (history.Count > 0 && GradientWatch.Warning(gradient, history[0].BackboneGradient + history[0].HeadGradient) is { } exploding)
        {
            warnings.Add(exploding);
        }

        return warnings;
    }
}
