using Scott.Models.Datasets;

namespace Scott.Models.Training;

/// <summary>What the report of a fine-tuning run shows.</summary>
internal static class FineTuningReport
{
    /// <summary>The charts of fine-tuning of every kind.</summary>
    public static readonly ChartLayout[] CommonCharts =
    [
        new("Rank of the features", "In how many directions images differ. 1 is collapse.", "rank",
            ["health/effective_rank", "health/centered_rank"]),
        new("Gradients", "The mean length over the epoch's steps.", "norm", ["gradients/backbone", "gradients/head"], IsLogarithmic: true),
        new("Learning rate", "The head's, at the end of each epoch.", "", ["learning_rate"]),
        new("Speed", "Training and loading, without evaluation.", "images/s", ["images_per_second"]),
    ];

    public static ReportLayout<FineTuningRecord> CreateLayout(string modelId, IImageDataset training) => new()
    {
        Title = $"Fine-tuning of {modelId}",
        Subtitle = $"{Plural.Of(training.ClassNames.Count, "class", "classes")}, {Plural.Of(training.Count, "image")}",
        Figures =
        [
            new("loss", "training", record => record.Loss),
            new("validation/loss", "validation", record => record.Validation.Loss),
            new("accuracy/training", "training", record => record.TrainingTop1, IsShare: true),
            new("validation/top1", "validation", record => record.Validation.Top1, IsShare: true),
            new("validation/top5", "validation, of five", record => record.Validation.Top5, IsShare: true),
            new("validation/mean_per_class", "validation, mean of classes", record => record.Validation.MeanPerClassTop1, IsShare: true),
            new("validation/calibration_error", "calibration error", record => record.Validation.CalibrationError),
            new("learning_rate", "learning rate", record => record.LearningRate),
            new("health/effective_rank", "effective rank", record => record.Health.EffectiveRank),
            new("health/centered_rank", "centered rank", record => record.Health.CenteredRank),
            new("gradients/backbone", "backbone", record => record.BackboneGradient),
            new("gradients/head", "head", record => record.HeadGradient),
            new("images_per_second", "images/s", record => record.ImagesPerSecond),
        ],
        Charts =
        [
            new("Accuracy", "Training images are augmented, validation images are not. Training far above validation is overfitting.", "top-1",
                ["accuracy/training", "validation/top1", "validation/mean_per_class"]),
            new("Loss", "The training loss includes label smoothing and mixing.", "cross-entropy", ["loss", "validation/loss"]),
            new("Calibration error", "How far the classifier's confidence is from its accuracy.", "", ["validation/calibration_error"]),
            .. CommonCharts,
        ],
        Columns =
        [
            ("training top-1", "accuracy/training"), ("validation loss", "validation/loss"),
            ("top-1", "validation/top1"), ("mean per class", "validation/mean_per_class"),
        ],
        Facts = Facts,
    };

    private static IEnumerable<ReportFact> Facts(IReadOnlyList<FineTuningRecord> history)
    {
        ValidationFigures last = history[^1].Validation;
        yield return new ReportFact("Top-1", ReportNumber.Percent(last.Top1), $"of {Plural.Of(last.Images, "validation image")}, in the last epoch");
        yield return new ReportFact("Mean per class", ReportNumber.Percent(last.MeanPerClassTop1), "every class counts the same");
    }
}
