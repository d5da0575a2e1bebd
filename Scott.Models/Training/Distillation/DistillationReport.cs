namespace Scott.Models.Training;

/// <summary>What the report of a distillation run shows.</summary>
internal static class DistillationReport
{
    public static ReportLayout<DistillationRecord> CreateLayout(string modelId, string teacher, int images) => new()
    {
        Title = $"Distillation of {teacher} into {modelId}",
        Subtitle = $"On {Plural.Of(images, "image")}",
        Figures =
        [
            new("loss", "loss", record => record.Loss),
            new("losses/vectors", "vectors", record => record.VectorLoss),
            new("losses/tokens", "tokens", record => record.TokenLoss),
            new("losses/relations", "relations", record => record.RelationLoss),
            new("losses/jepa", "MIM-JEPA", record => record.JepaLoss),
            new("learning_rate", "learning rate", record => record.LearningRate),
            new("health/effective_rank", "effective rank", record => record.Health.EffectiveRank),
            new("health/centered_rank", "centered rank", record => record.Health.CenteredRank),
            new("health/standard_deviation", "standard deviation", record => record.Health.StandardDeviation),
            new("health/mean_cosine", "mean cosine", record => record.Health.MeanCosine),
            new("accuracy/neighbors", "10 nearest neighbors", record => record.Accuracy?.NeighborTop1 ?? double.NaN, IsShare: true),
            new("accuracy/linear", "linear probe", record => record.Accuracy?.LinearTop1 ?? double.NaN, IsShare: true),
            new("gradients/student", "student", record => record.StudentGradient),
            new("gradients/heads", "projections", record => record.HeadGradient),
            new("images_per_second", "images/s", record => record.ImagesPerSecond),
        ],
        Charts =
        [
            new("Accuracy of the frozen features", "On labeled images that the run learns nothing from.", "top-1",
                ["accuracy/neighbors", "accuracy/linear"], IsOptional: true),
            new("Distance from the teacher", "0 means that the student says the same.", "loss",
                ["losses/vectors", "losses/tokens", "losses/relations", "losses/jepa"]),
            new("Rank of the features", "In how many directions images differ. 1 is collapse.", "rank",
                ["health/effective_rank", "health/centered_rank"]),
            new("Spread of the features", "A mean cosine near 1, or a standard deviation near 0, means that all images get nearly one vector.", "",
                ["health/mean_cosine", "health/standard_deviation"]),
            new("Gradients", "The mean length over the epoch's steps.", "norm", ["gradients/student", "gradients/heads"], IsLogarithmic: true),
            new("Learning rate", "At the end of each epoch.", "", ["learning_rate"]),
            new("Speed", "Training and loading, without evaluation.", "images/s", ["images_per_second"]),
        ],
        Columns =
        [
            ("vectors", "losses/vectors"), ("effective rank", "health/effective_rank"), ("mean cosine", "health/mean_cosine"),
            ("nearest neighbors", "accuracy/neighbors"), ("linear probe", "accuracy/linear"),
        ],
        Facts = Facts,
    };

    private static IEnumerable<ReportFact> Facts(IReadOnlyList<DistillationRecord> history)
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
