using System.Globalization;

namespace Scott.Models.Training;

/// <summary>Puts a run's records into the neutral form that a report is made of.</summary>
internal static class FineTuningReport
{
    /// <summary>Every figure of a record.</summary>
    public static RunFigures<FineTuningRecord> Figures { get; } = new(
        ("loss", "training", record => record.Loss),
        ("validation/loss", "validation", record => record.Validation.Loss),
        ("accuracy/training", "training", record => record.TrainingTop1),
        ("validation/top1", "validation", record => record.Validation.Top1),
        ("validation/top5", "validation, of five", record => record.Validation.Top5),
        ("validation/mean_per_class", "validation, mean of classes", record => record.Validation.MeanPerClassTop1),
        ("validation/calibration_error", "calibration error", record => record.Validation.CalibrationError),
        ("learning_rate", "learning rate", record => record.LearningRate),
        ("health/effective_rank", "effective rank", record => record.Health.EffectiveRank),
        ("health/centered_rank", "centered rank", record => record.Health.CenteredRank),
        ("gradients/backbone", "backbone", record => record.BackboneGradient),
        ("gradients/head", "head", record => record.HeadGradient),
        ("images_per_second", "images/s", record => record.ImagesPerSecond));

    /// <param name="request">The run.</param>
    /// <param name="identity">Its settings, as JSON.</param>
    /// <param name="status">Where it stands.</param>
    public static TrainingReport Build(FineTuningRequest request, string identity, RunStatus<FineTuningRecord> status)
    {
        IReadOnlyList<FineTuningRecord> history = status.Journal.History;
        return new TrainingReport
        {
            Title = $"Fine-tuning of {request.Model.Metadata.Id}",
            Subtitle = FormattableString.Invariant($"{Plural.Of(request.Training.ClassNames.Count, "class", "classes")}, {Plural.Of(request.Training.Count, "image")}"),
            State = RunFigures<FineTuningRecord>.State(status),
            IsRunning = status.IsRunning,
            Warnings = history.Count > 0 ? [.. history[^1].Warnings] : [],
            Facts = RunFigures<FineTuningRecord>.Facts(status, Facts),
            Charts = Charts(history),
            Tables = [EpochTable(history), RunFigures<FineTuningRecord>.Settings(identity)],
        };
    }

    private static IEnumerable<ReportFact> Facts(FineTuningRecord last)
    {
        string of = FormattableString.Invariant($"of {Plural.Of(last.Validation.Images, "validation image")}, in the last epoch");
        yield return new ReportFact("Top-1", Percent(last.Validation.Top1), of);
        yield return new ReportFact("Mean per class", Percent(last.Validation.MeanPerClassTop1), "every class counts alike");
    }

    private static List<ReportChart> Charts(IReadOnlyList<FineTuningRecord> history)
    {
        ReportChart Chart(string title, string explanation, string unit, bool isLogarithmic, params string[] tags) =>
            Figures.Chart(history, title, explanation, unit, isLogarithmic, tags);
        return
        [
            Chart("Accuracy", "Training images are augmented, validation images are not. Training far above validation is overfitting.", "top-1", false, "accuracy/training", "validation/top1", "validation/mean_per_class"),
            Chart("Loss", "That of training counts label smoothing and mixing too.", "cross-entropy", false, "loss", "validation/loss"),
            Chart("Calibration error", "How far the classifier's confidence is from its accuracy.", "", false, "validation/calibration_error"),
            Chart("Rank of the features", "In how many directions images differ. 1 is collapse.", "rank", false, "health/effective_rank", "health/centered_rank"),
            Chart("Gradients", "The mean length over the epoch's steps.", "norm", true, "gradients/backbone", "gradients/head"),
            Chart("Learning rate", "At the end of each epoch; the head's.", "", false, "learning_rate"),
            Chart("Speed", "Training and loading, without evaluation.", "images/s", false, "images_per_second"),
        ];
    }

    private static ReportTable EpochTable(IReadOnlyList<FineTuningRecord> history) => new(
        "Epochs",
        ["epoch", "steps", "loss", "training top-1", "validation loss", "top-1", "mean per class", "images/s"],
        [.. history.Select(record => (IReadOnlyList<string>)
        [
            FormattableString.Invariant($"{record.Epoch}"),
            FormattableString.Invariant($"{record.Steps}"),
            ReportNumber.Format(record.Loss),
            Percent(record.TrainingTop1),
            ReportNumber.Format(record.Validation.Loss),
            Percent(record.Validation.Top1),
            Percent(record.Validation.MeanPerClassTop1),
            ReportNumber.Format(record.ImagesPerSecond),
        ])]);

    private static string Percent(double share) => share.ToString("P1", CultureInfo.InvariantCulture);
}
