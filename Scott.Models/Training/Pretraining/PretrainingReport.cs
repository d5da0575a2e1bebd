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
            .. FeatureFigures.Of<PretrainingRecord>(),
            new("gradients/tokenizer", "tokenizer", record => record.Gradients.Tokenizer),
            new("gradients/transformer", "transformer", record => record.Gradients.Transformer),
            new("gradients/predictor", "predictor", record => record.Gradients.Predictor),
            new("gradients/mask_token", "mask token", record => record.Gradients.MaskToken),
            new("images_per_second", "images/s", record => record.ImagesPerSecond),
        ],
        Charts =
        [
            FeatureFigures.AccuracyChart,
            FeatureFigures.RankChart("1 is collapse; a dip early in the run is common."),
            FeatureFigures.SpreadChart,
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
            .. FeatureFigures.AccuracyColumns,
        ],
        Facts = FeatureFigures.Facts,
    };
}
