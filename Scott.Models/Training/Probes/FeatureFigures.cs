namespace Scott.Models.Training;

/// <summary>What the reports of runs that learn features without labels show of the features.</summary>
internal static class FeatureFigures
{
    /// <summary>The accuracy of the probes; empty without labeled images.</summary>
    public static readonly ChartLayout AccuracyChart = new(
        "Accuracy of the frozen features", "On labeled images that the run learns nothing from.", "top-1",
        ["accuracy/neighbors", "accuracy/linear"], IsOptional: true);

    public static readonly ChartLayout SpreadChart = new(
        "Spread of the features", "A mean cosine near 1, or a standard deviation near 0, means that all images get nearly one vector.", "",
        ["health/mean_cosine", "health/standard_deviation"]);

    /// <summary>The columns in the table of epochs that show the accuracy.</summary>
    public static readonly IReadOnlyList<(string Header, string Tag)> AccuracyColumns =
        [("nearest neighbors", "accuracy/neighbors"), ("linear probe", "accuracy/linear")];

    /// <param name="explanation">How to read the rank in this kind of training.</param>
    public static ChartLayout RankChart(string explanation) => new(
        "Rank of the features", $"In how many directions images differ. {explanation}", "rank", ["health/effective_rank", "health/centered_rank"]);

    /// <summary>Every figure of the features.</summary>
    public static IReadOnlyList<ReportFigure<TRecord>> Of<TRecord>()
        where TRecord : TrainingRecord, IFeatureRecord =>
    [
        new("health/effective_rank", "effective rank", record => record.Health.EffectiveRank),
        new("health/centered_rank", "centered rank", record => record.Health.CenteredRank),
        new("health/standard_deviation", "standard deviation", record => record.Health.StandardDeviation),
        new("health/mean_cosine", "mean cosine", record => record.Health.MeanCosine),
        new("accuracy/neighbors", "10 nearest neighbors", record => record.Accuracy?.NeighborTop1 ?? double.NaN, IsShare: true),
        new("accuracy/linear", "linear probe", record => record.Accuracy?.LinearTop1 ?? double.NaN, IsShare: true),
    ];

    /// <summary>The key figures: the last rank, and the last accuracy if there is one.</summary>
    public static IEnumerable<ReportFact> Facts<TRecord>(IReadOnlyList<TRecord> history)
        where TRecord : TrainingRecord, IFeatureRecord
    {
        yield return new ReportFact("Effective rank", ReportNumber.Format(history[^1].Health.EffectiveRank), "1 is collapse");
        if (history.LastOrDefault(record => record.Accuracy is not null)?.Accuracy is { } accuracy)
        {
            string of = $"of {Plural.Of(accuracy.ValidationImages, "image")}";
            yield return new ReportFact("10 nearest neighbors", ReportNumber.Percent(accuracy.NeighborTop1), of);
            yield return new ReportFact("Linear probe", ReportNumber.Percent(accuracy.LinearTop1), of);
        }
    }
}
