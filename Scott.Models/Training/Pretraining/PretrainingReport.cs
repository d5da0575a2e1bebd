using System.Globalization;

namespace Scott.Models.Training;

/// <summary>Puts a run's records into the neutral form that a report is made of.</summary>
internal static class PretrainingReport
{
    /// <summary>Every figure of a record.</summary>
    public static RunFigures<PretrainingRecord> Figures { get; } = new(
        ("loss", "loss", record => record.Loss),
        ("learning_rate", "learning rate", record => record.LearningRate),
        ("weight_decay", "weight decay", record => record.WeightDecay),
        ("momentum", "momentum", record => record.Momentum),
        ("health/effective_rank", "effective rank", record => record.Health.EffectiveRank),
        ("health/centered_rank", "centered rank", record => record.Health.CenteredRank),
        ("health/standard_deviation", "standard deviation", record => record.Health.StandardDeviation),
        ("health/mean_cosine", "mean cosine", record => record.Health.MeanCosine),
        ("accuracy/neighbors", "10 nearest neighbors", record => record.Accuracy?.NeighborTop1 ?? double.NaN),
        ("accuracy/linear", "linear probe", record => record.Accuracy?.LinearTop1 ?? double.NaN),
        ("gradients/tokenizer", "tokenizer", record => record.Gradients.Tokenizer),
        ("gradients/transformer", "transformer", record => record.Gradients.Transformer),
        ("gradients/predictor", "predictor", record => record.Gradients.Predictor),
        ("gradients/mask_token", "mask token", record => record.Gradients.MaskToken),
        ("images_per_second", "images/s", record => record.ImagesPerSecond));

    /// <param name="request">The run.</param>
    /// <param name="identity">Its settings, as JSON.</param>
    /// <param name="status">Where it stands.</param>
    public static TrainingReport Build(PretrainingRequest request, string identity, RunStatus<PretrainingRecord> status)
    {
        IReadOnlyList<PretrainingRecord> history = status.Journal.History;
        return new TrainingReport
        {
            Title = $"Pre-training of {request.Model.Metadata.Id ?? "a model"}",
            Subtitle = FormattableString.Invariant($"MIM-JEPA on {Plural.Of(request.Dataset.Count, "image")}"),
            State = RunFigures<PretrainingRecord>.State(status),
            IsRunning = status.IsRunning,
            Warnings = history.Count > 0 ? [.. history[^1].Warnings] : [],
            Facts = RunFigures<PretrainingRecord>.Facts(status, last => Facts(last, history)),
            Charts = Charts(history),
            Tables = [EpochTable(history), RunFigures<PretrainingRecord>.Settings(identity)],
        };
    }

    private static IEnumerable<ReportFact> Facts(PretrainingRecord last, IReadOnlyList<PretrainingRecord> history)
    {
        yield return new ReportFact("Effective rank", ReportNumber.Format(last.Health.EffectiveRank), "1 is collapse");
        if (history.LastOrDefault(record => record.Accuracy is not null)?.Accuracy is { } accuracy)
        {
            string of = FormattableString.Invariant($"of {Plural.Of(accuracy.ValidationImages, "image")}");
            yield return new ReportFact("10 nearest neighbors", Percent(accuracy.NeighborTop1), of);
            yield return new ReportFact("Linear probe", Percent(accuracy.LinearTop1), of);
        }
    }

    private static List<ReportChart> Charts(IReadOnlyList<PretrainingRecord> history)
    {
        ReportChart Chart(string title, string explanation, string unit, bool isLogarithmic, params string[] tags) =>
            Figures.Chart(history, title, explanation, unit, isLogarithmic, tags);
        List<ReportChart> charts =
        [
            Chart("Rank of the features", "In how many directions images differ. 1 is collapse; a dip early in the run is common.", "rank", false, "health/effective_rank", "health/centered_rank"),
            Chart("Spread of the features", "A mean cosine near 1, or a standard deviation near 0, means that all images get nearly one vector.", "", false, "health/mean_cosine", "health/standard_deviation"),
            Chart("Loss", "Tells little by itself: it falls when features collapse, and rises when they spread.", "smooth L1", true, "loss"),
            Chart("Gradients", "The mean length over the epoch's steps.", "norm", true, "gradients/tokenizer", "gradients/transformer", "gradients/predictor", "gradients/mask_token"),
            Chart("Learning rate", "At the end of each epoch.", "", false, "learning_rate"),
            Chart("Momentum", "How much of itself the target encoder keeps in a step.", "", false, "momentum"),
            Chart("Speed", "Training and loading, without evaluation.", "images/s", false, "images_per_second"),
        ];
        if (history.Any(record => record.Accuracy is not null))
        {
            charts.Insert(0, Chart("Accuracy of the frozen features", "On labeled images that the run learns nothing from.", "top-1", false, "accuracy/neighbors", "accuracy/linear"));
        }

        return charts;
    }

    private static ReportTable EpochTable(IReadOnlyList<PretrainingRecord> history) => new(
        "Epochs",
        ["epoch", "steps", "loss", "effective rank", "centered rank", "mean cosine", "nearest neighbors", "linear probe", "images/s"],
        [.. history.Select(record => (IReadOnlyList<string>)
        [
            FormattableString.Invariant($"{record.Epoch}"),
            FormattableString.Invariant($"{record.Steps}"),
            ReportNumber.Format(record.Loss),
            ReportNumber.Format(record.Health.EffectiveRank),
            ReportNumber.Format(record.Health.CenteredRank),
            ReportNumber.Format(record.Health.MeanCosine),
            record.Accuracy is { } neighbors ? Percent(neighbors.NeighborTop1) : string.Empty,
            record.Accuracy is { } linear ? Percent(linear.LinearTop1) : string.Empty,
            ReportNumber.Format(record.ImagesPerSecond),
        ])]);

    private static string Percent(double share) => share.ToString("P1", CultureInfo.InvariantCulture);
}
