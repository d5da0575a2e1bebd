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

    /// <summary>Looks at an epoch's record and those before. The share of the run that is done is 0 to 1.</summary>
    public static IReadOnlyList<string> Warnings(FineTuningRecord record, IReadOnlyList<FineTuningRecord> history, int classes, double done)
    {
        (double accuracy, double rank) = (record.Validation.MeanPerClassTop1, record.Health.EffectiveRank);
        List<string> warnings = [];
        if (done > EarlyShare && classes > 1 && accuracy < GuessingFactor / classes)
        {
            string share = Invariant($"{100 * accuracy:F1} % per class with {Plural.Of(classes, "class", "classes")}");
            warnings.Add($"The classifier is no better than guessing: {share}. Lower the learning rate, and check the labels.");
        }

        // The features of a single image are of rank 1.
        if (record.Validation.Images > 1 && rank < CollapsedRank)
        {
            warnings.Add(Invariant($"The features have collapsed or nearly so: effective rank {rank:F1}. ")
                + "Lower the learning rate, or freeze more of the backbone.");
        }

        if (history.Count > 0 && HealthWatch.GradientWarning(Gradient(record), Gradient(history[0])) is { } exploding)
            warnings.Add(exploding);

        return warnings;
    }

    private static double Gradient(FineTuningRecord record) => record.BackboneGradient + record.HeadGradient;
}
