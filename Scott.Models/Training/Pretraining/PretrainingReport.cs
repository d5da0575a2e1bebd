namespace Scott.Models.Training;

/// <summary>What the report of a pre-training run shows.</summary>
internal static class PretrainingReport
{
    public static ReportLayout<PretrainingRecord> CreateLayout(string modelId, int images) => new()
    {
        Title = $"Pre-training of {modelId}",
        Subtitle = $"MIM-JEPA on {Plural.Of(images, "image")}",
        Figures =
        [
            new("loss", "loss", record => record.Loss),
            new("learning_rate", "learning rate", record => record.LearningRate),
            new("weight_decay", "weight decay", record => record.WeightDecay),
            new("momentum", "momentum", record => record.Momentum),
            new("health/effective_rank", "effective rank", record => record.Health.EffectiveRank),
            new("health/centered_rank", "centered rank", record => record.Health.CenteredRank),
            new("health/standard_deviation", "standard deviation", record => record.Health.StandardDeviation),
            new("health/mean_cosine", "mean cosine", record => record.Health.MeanCosine),
            new("accuracy/neighbors", "10 nearest neighbors", record => record.Accuracy?.NeighborTop1 ?? double.NaN, IsShare: true),
            new("accuracy/linear", "linear probe", record => record.Accuracy?.LinearTop1 ?? double.NaN, IsShare: true),
            new("gradients/tokenizer", "tokenizer", record => record.Gradients.Tokenizer),
            new("gradients/transformer", "transformer", record => record.Gradients.Transformer),
            new("gradients/predictor", "predictor", record => record.Gradients.Predictor),
            new("gradients/mask_token", "mask token", record => record.Gradients.MaskToken),
            new("images_per_second", "images/s", record => record.ImagesPerSecond),
        ],
        Charts =
        [
            new("Accuracy of the frozen features", "On labeled images that the run learns nothing from.", "top-1",
                ["accuracy/neighbors", "accuracy/linear"], IsOptional: true),
            new("Rank of the features", "In how many directions images differ. 1 is collapse; a dip early in the run is common.", "rank",
                ["health/effective_rank", "health/centered_rank"]),
            new("Spread of the features", "A mean cosine near 1, or a standard deviation near 0, means that all images get nearly one vector.", "",
                ["health/mean_cosine", "health/standard_deviation"]),
            new("Loss", "Tells little by itself: it falls when features collapse, and rises when they spread.", "smooth L1",
                ["loss"], IsLogarithmic: true),
            new("Gradients", "The mean length over the epoch's steps.", "norm",
                ["gradients/tokenizer", "gradients/transformer", "gradients/predictor", "gradients/mask_token"], IsLogarithmic: true),
            new("Learning rate", "At the end of each epoch.", "", ["learning_rate"]),
            new("Momentum", "The share of its weights that the target encoder keeps in a step.", "", ["momentum"]),
            new("Speed", "Training and loading, without evaluation.", "images/s", ["images_per_second"]),
        ],
        Columns =
        [
            ("effective rank", "health/effective_rank"), ("centered rank", "health/centered_rank"), ("mean cosine", "health/mean_cosine"),
            ("nearest neighbors", "accuracy/neighbors"), ("linear probe", "accuracy/linear"),
        ],
        Facts = Facts,
    };

    private static IEnumerable<ReportFact> Facts(IReadOnlyList<PretrainingRecord> history)
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
