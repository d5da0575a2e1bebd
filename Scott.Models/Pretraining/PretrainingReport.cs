using System.Globalization;
using Scott.Models.Reports;

namespace Scott.Models.Pretraining;

/// <summary>Puts a run's records into the neutral form that a report and TensorBoard's events are made of.</summary>
internal static class PretrainingReport
{
    private const string Epochs = "epoch";

    /// <param name="request">The run.</param>
    /// <param name="identity">Its settings, as <see cref="RunIdentity.ToJson"/> writes them.</param>
    /// <param name="journal">Its records.</param>
    /// <param name="steps">The steps taken.</param>
    /// <param name="plan">Its steps in all.</param>
    /// <param name="isRunning">Whether it goes on.</param>
    public static TrainingReport Build(PretrainingRequest request, string identity, RunJournal journal, long steps, PretrainingPlan plan, bool isRunning) => new()
    {
        Title = $"Pre-training of {request.Model.Metadata.Id ?? "a model"}",
        Subtitle = Invariant($"MIM-JEPA on {request.Dataset.Count} pictures"),
        State = State(journal, steps, plan, isRunning),
        IsRunning = isRunning,
        Warnings = journal.History.Count > 0 ? [.. journal.History[^1].Warnings] : [],
        Facts = Facts(journal, steps, plan),
        Charts = Charts(journal.History),
        Tables = [EpochTable(journal.History), SettingsTable(identity)],
    };

    /// <summary>Every figure of every epoch.</summary>
    public static IEnumerable<(string Tag, double Value, long Step)> Scalars(IReadOnlyList<EpochRecord> history) => history.SelectMany(record =>
        Figures.Select(figure => (figure.Tag, Value: figure.Of(record), record.Steps)).Where(scalar => double.IsFinite(scalar.Value)));

    private static readonly (string Tag, string Name, Func<EpochRecord, double> Of)[] Figures =
    [
        ("loss", "loss", record => record.Loss),
        ("learning_rate", "learning rate", record => record.LearningRate),
        ("weight_decay", "weight decay", record => record.WeightDecay),
        ("momentum", "momentum", record => record.Momentum),
        ("health/effective_rank", "effective rank", record => record.Health.EffectiveRank),
        ("health/centered_rank", "centred rank", record => record.Health.CenteredRank),
        ("health/standard_deviation", "standard deviation", record => record.Health.StandardDeviation),
        ("health/mean_cosine", "mean cosine", record => record.Health.MeanCosine),
        ("accuracy/neighbors", "10 nearest neighbours", record => record.Accuracy?.NeighborTop1 ?? double.NaN),
        ("accuracy/linear", "linear probe", record => record.Accuracy?.LinearTop1 ?? double.NaN),
        ("gradients/tokenizer", "tokenizer", record => record.Gradients.Tokenizer),
        ("gradients/transformer", "transformer", record => record.Gradients.Transformer),
        ("gradients/predictor", "predictor", record => record.Gradients.Predictor),
        ("gradients/mask_token", "mask token", record => record.Gradients.MaskToken),
        ("images_per_second", "images/s", record => record.ImagesPerSecond),
    ];

    private static string State(RunJournal journal, long steps, PretrainingPlan plan, bool isRunning)
    {
        if (isRunning)
        {
            return Invariant($"epoch {Math.Min(journal.History.Count + 1, plan.TotalEpochs)} of {plan.TotalEpochs}, running");
        }

        return steps >= plan.TotalSteps ? "finished"
            : journal.EndedEarly ? Invariant($"ended early, at step {steps} of {plan.TotalSteps}")
            : Invariant($"stopped at step {steps} of {plan.TotalSteps}; started again, it goes on from its last checkpoint");
    }

    private static List<ReportFact> Facts(RunJournal journal, long steps, PretrainingPlan plan)
    {
        List<ReportFact> facts =
        [
            new("Steps", Invariant($"{steps} of {plan.TotalSteps}")),
            new("Time", Duration(journal.Elapsed.TotalSeconds), "evaluation and checkpoints included"),
        ];
        if (journal.History.Count == 0)
        {
            return facts;
        }

        EpochRecord last = journal.History[^1];
        facts.Add(new ReportFact("Time left", Duration(last.RemainingSeconds), "at the rate so far"));
        facts.Add(new ReportFact("Images per second", ReportNumber.Format(last.ImagesPerSecond), "in the last epoch, loading included"));
        facts.Add(new ReportFact("Effective rank", ReportNumber.Format(last.Health.EffectiveRank), "1 is collapse"));
        if (journal.History.LastOrDefault(record => record.Accuracy is not null)?.Accuracy is { } accuracy)
        {
            facts.Add(new ReportFact("10 nearest neighbours", Percent(accuracy.NeighborTop1), Invariant($"of {accuracy.ValidationPictures} pictures")));
            facts.Add(new ReportFact("Linear probe", Percent(accuracy.LinearTop1), Invariant($"of {accuracy.ValidationPictures} pictures")));
        }

        if (journal.Best is { } best)
        {
            facts.Add(new ReportFact("Best epoch", Invariant($"{best.Epoch}"), "by the watched figure"));
        }

        if (last.UnreadablePictures > 0)
        {
            facts.Add(new ReportFact("Unreadable pictures", Invariant($"{last.UnreadablePictures}"), "others took their places"));
        }

        return facts;
    }

    private static List<ReportChart> Charts(IReadOnlyList<EpochRecord> history)
    {
        ReportChart Chart(string title, string explanation, string unit, bool isLogarithmic, params string[] tags) => new(
            title, explanation, Epochs, unit, [.. tags.Select(tag => Series(history, tag))], isLogarithmic);
        List<ReportChart> charts =
        [
            Chart("Rank of the features", "In how many directions pictures differ. 1 is collapse; a dip early in the run is common.", "rank", false, "health/effective_rank", "health/centered_rank"),
            Chart("Spread of the features", "A mean cosine near 1, or a standard deviation near 0, means that all pictures get nearly one vector.", "", false, "health/mean_cosine", "health/standard_deviation"),
            Chart("Loss", "Tells little by itself: it falls when features collapse, and rises when they spread.", "smooth L1", true, "loss"),
            Chart("Gradients", "The mean length over the epoch's steps.", "norm", true, "gradients/tokenizer", "gradients/transformer", "gradients/predictor", "gradients/mask_token"),
            Chart("Learning rate", "At the end of each epoch.", "", false, "learning_rate"),
            Chart("Momentum", "How much of itself the target encoder keeps in a step.", "", false, "momentum"),
            Chart("Speed", "Training and loading, without evaluation.", "images/s", false, "images_per_second"),
        ];
        if (history.Any(record => record.Accuracy is not null))
        {
            charts.Insert(0, Chart("Accuracy of the frozen features", "On labelled pictures that the run learns nothing from.", "top-1", false, "accuracy/neighbors", "accuracy/linear"));
        }

        return charts;
    }

    private static ReportSeries Series(IReadOnlyList<EpochRecord> history, string tag)
    {
        (_, string name, Func<EpochRecord, double> of) = Figures.Single(figure => figure.Tag == tag);
        EpochRecord[] with = [.. history.Where(record => double.IsFinite(of(record)))];
        return new ReportSeries(name, [.. with.Select(record => (double)record.Epoch)], [.. with.Select(of)]);
    }

    private static ReportTable EpochTable(IReadOnlyList<EpochRecord> history) => new(
        "Epochs",
        ["epoch", "steps", "loss", "effective rank", "centred rank", "mean cosine", "nearest neighbours", "linear probe", "images/s"],
        [.. history.Select(record => (IReadOnlyList<string>)
        [
            Invariant($"{record.Epoch}"),
            Invariant($"{record.Steps}"),
            ReportNumber.Format(record.Loss),
            ReportNumber.Format(record.Health.EffectiveRank),
            ReportNumber.Format(record.Health.CenteredRank),
            ReportNumber.Format(record.Health.MeanCosine),
            record.Accuracy is { } neighbors ? Percent(neighbors.NeighborTop1) : string.Empty,
            record.Accuracy is { } linear ? Percent(linear.LinearTop1) : string.Empty,
            ReportNumber.Format(record.ImagesPerSecond),
        ])]);

    private static ReportTable SettingsTable(string identity) => new(
        "Settings", ["setting", "value"], [.. RunIdentity.Flatten(identity).Select(entry => (IReadOnlyList<string>)[entry.Key, entry.Value.Trim('"')])]);

    private static string Percent(double share) => share.ToString("P1", CultureInfo.InvariantCulture);

    private static string Duration(double seconds) => TimeSpan.FromSeconds(Math.Round(seconds)).ToString("c", CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
