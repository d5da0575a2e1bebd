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
        double accuracy = record.Validation.MeanPerClassTop1;
        List<string> warnings = [];
        if (done > EarlyShare && classes > 1 && accuracy < GuessingFactor / classes)
        {
            string share = Invariant($"{100 * accuracy:F1} % per class with {Plural.Of(classes, "class", "classes")}");
            warnings.Add($"The classifier is no better than guessing: {share}. Lower the learning rate, and check the labels.");
        }

        static double Gradient(FineTuningRecord each) => each.BackboneGradient + each.HeadGradient;
        AddHealth(warnings, record.Health.EffectiveRank, record.Validation.Images, [.. history.Append(record).Select(Gradient)]);
        return warnings;
    }

    /// <summary>The same for several labels: to guess gives a mean average precision of about the share of images that have a label.</summary>
    public static IReadOnlyList<string> Warnings(MultiLabelRecord record, IReadOnlyList<MultiLabelRecord> history, double done)
    {
        MultiLabelFigures figures = record.Validation;
        double chance = figures.Labels.Where(label => label.Images > 0).Average(label => (double)label.Images / figures.Images);
        List<string> warnings = [];
        if (done > EarlyShare && chance * GuessingFactor < 1 && figures.MeanAveragePrecision < GuessingFactor * chance)
        {
            string share = Invariant($"mean average precision {100 * figures.MeanAveragePrecision:F1} %, with about {100 * chance:F1} % by chance");
            warnings.Add($"The classifier is no better than guessing: {share}. Lower the learning rate, and check the labels.");
        }

        static double Gradient(MultiLabelRecord each) => each.BackboneGradient + each.HeadGradient;
        AddHealth(warnings, record.Health.EffectiveRank, figures.Images, [.. history.Append(record).Select(Gradient)]);
        return warnings;
    }

    /// <summary>Looks at the rank of the images' features and at the gradients of all epochs.</summary>
    private static void AddHealth(List<string> warnings, double rank, int images, double[] gradients)
    {
        // The features of a single image are of rank 1.
        if (images > 1 && rank < CollapsedRank)
        {
            warnings.Add(Invariant($"The features have collapsed or nearly so: effective rank {rank:F1}. ")
                + "Lower the learning rate, or freeze more of the backbone.");
        }

        if (gradients.Length > 1 && HealthWatch.GradientWarning(gradients[^1], gradients[0]) is { } exploding)
            warnings.Add(exploding);
    }
}
