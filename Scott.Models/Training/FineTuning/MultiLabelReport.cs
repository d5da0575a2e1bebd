using Scott.Models.Datasets;

namespace Scott.Models.Training;

/// <summary>What the report of fine-tuning to several labels shows.</summary>
internal static class MultiLabelReport
{
    public static ReportLayout<MultiLabelRecord> CreateLayout(string modelId, IImageDataset training) => new()
    {
        Title = $"Multi-label fine-tuning of {modelId}",
        Subtitle = $"{Plural.Of(training.ClassNames.Count, "label")}, {Plural.Of(training.Count, "image")}",
        Figures =
        [
            new("loss", "training", record => record.Loss),
            new("validation/loss", "validation", record => record.Validation.Loss),
            new("accuracy/training", "training, most likely label", record => record.TrainingTop1, IsShare: true),
            new("validation/mean_average_precision", "mAP", record => record.Validation.MeanAveragePrecision, IsShare: true),
            new("validation/micro_f1", "micro F1", record => record.Validation.MicroF1, IsShare: true),
            new("validation/macro_f1", "macro F1", record => record.Validation.MacroF1, IsShare: true),
            new("validation/hamming_loss", "Hamming loss", record => record.Validation.HammingLoss),
            new("learning_rate", "learning rate", record => record.LearningRate),
            new("health/effective_rank", "effective rank", record => record.Health.EffectiveRank),
            new("health/centered_rank", "centered rank", record => record.Health.CenteredRank),
            new("gradients/backbone", "backbone", record => record.BackboneGradient),
            new("gradients/head", "head", record => record.HeadGradient),
            new("images_per_second", "images/s", record => record.ImagesPerSecond),
        ],
        Charts =
        [
            new("Validation", "Mean average precision needs no thresholds; F1 is measured at the thresholds that suit these images best.", "share",
                ["validation/mean_average_precision", "validation/micro_f1", "validation/macro_f1"]),
            new("Training", "The share of augmented images whose most likely label is one of theirs.", "share", ["accuracy/training"]),
            new("Loss", "The training loss includes label smoothing, weights and mixing.", "binary cross-entropy", ["loss", "validation/loss"]),
            .. FineTuningReport.CommonCharts,
        ],
        Columns =
        [
            ("validation loss", "validation/loss"), ("mAP", "validation/mean_average_precision"),
            ("micro F1", "validation/micro_f1"), ("macro F1", "validation/macro_f1"),
        ],
        Facts = Facts,
        Tables = history => history.Count > 0 ? [ListLabels(history[^1].Validation)] : [],
    };

    private static IEnumerable<ReportFact> Facts(IReadOnlyList<MultiLabelRecord> history)
    {
        MultiLabelFigures last = history[^1].Validation;
        string images = $"of {Plural.Of(last.Images, "validation image")}, in the last epoch";
        yield return new ReportFact("Mean average precision", ReportNumber.Percent(last.MeanAveragePrecision), images);
        yield return new ReportFact("Micro F1", ReportNumber.Percent(last.MicroF1), "every decision counts the same");
        yield return new ReportFact("Macro F1", ReportNumber.Percent(last.MacroF1), "every label counts the same");
    }

    /// <summary>The labels in the last epoch.</summary>
    private static ReportTable ListLabels(MultiLabelFigures figures)
    {
        static string Percent(double? share) => share is { } value ? ReportNumber.Percent(value) : ReportNumber.None;
        return new ReportTable(
            "Labels",
            ["label", "images", "average precision", "threshold", "precision", "recall", "F1"],
            [.. figures.Labels.Select(label => (IReadOnlyList<string>)
            [
                label.Name,
                label.Images.ToString(CultureInfo.InvariantCulture),
                Percent(label.AveragePrecision),
                ReportNumber.Format(label.Threshold),
                Percent(label.Precision),
                Percent(label.Recall),
                Percent(label.F1),
            ])]);
    }
}
