using Scott.Models.Metrics;
using Scott.Models.Training;

namespace Scott.Models.Cli;

/// <summary>The table of epochs, line by line.</summary>
/// <param name="header">The header above <paramref name="figures"/>.</param>
/// <param name="figures">An epoch's own figures, below the header.</param>
internal sealed class EpochTable<TRecord>(string header, Func<TRecord, string> figures)
    where TRecord : TrainingRecord
{
    private string[] _lastWarnings = [];

    public string Header { get; } = $"epoch   steps    loss {header}  images/s   elapsed      left";

    public string Format(TRecord record)
    {
        string begin = string.Create(CultureInfo.InvariantCulture, $"{record.Epoch,5} {record.Steps,7} {record.Loss,7:F4} {figures(record)}");
        string end = string.Create(
            CultureInfo.InvariantCulture,
            $" {record.ImagesPerSecond,9:F1} {Figures.Time(record.ElapsedSeconds),9} {Figures.Time(record.RemainingSeconds),9}");
        return begin + end + (record.Warnings.Count > 0 ? " !" : string.Empty);
    }

    /// <summary>The warnings that the previous epoch did not have; numbers in them do not count. The table marks repeated warnings.</summary>
    public IReadOnlyList<string> NewWarnings(TRecord record)
    {
        string[] before = _lastWarnings;
        _lastWarnings = [.. record.Warnings.Select(WithoutNumbers)];
        return [.. record.Warnings.Where(warning => !before.Contains(WithoutNumbers(warning)))];
    }

    private static string WithoutNumbers(string text) => string.Concat(text.Where(letter => !char.IsDigit(letter)));
}

/// <summary>Makes the tables of the kinds of training.</summary>
internal static class EpochTables
{
    /// <param name="hasLabels">Whether there are columns for the accuracy of the probes.</param>
    public static EpochTable<PretrainingRecord> Pretraining(bool hasLabels) => new(
        "  rank  cosine" + (hasLabels ? "     kNN  linear" : string.Empty),
        record => Spread(record.Health, record.Accuracy, hasLabels));

    /// <param name="hasLabels">Whether there are columns for the accuracy of the probes.</param>
    public static EpochTable<DistillationRecord> Distillation(bool hasLabels) => new(
        "  rank  cosine" + (hasLabels ? "     kNN  linear" : string.Empty),
        record => Spread(record.Health, record.Accuracy, hasLabels));

    public static EpochTable<FineTuningRecord> FineTuning() => new(
        "  train     val  per class",
        record => $"{Figures.Share(record.TrainingTop1),7} {Figures.Share(record.Validation.Top1),7} "
            + $"{Figures.Share(record.Validation.MeanPerClassTop1),10}");

    public static EpochTable<MultiLabelRecord> MultiLabel() => new(
        "    mAP  micro F1  macro F1",
        record => $"{Figures.Share(record.Validation.MeanAveragePrecision),7} {Figures.Share(record.Validation.MicroF1),9} "
            + $"{Figures.Share(record.Validation.MacroF1),9}");

    private static string Spread(FeatureHealth health, FrozenAccuracy? accuracy, bool hasLabels) =>
        string.Create(CultureInfo.InvariantCulture, $"{health.EffectiveRank,6:F1} {health.MeanCosine,7:F3}")
        + (hasLabels ? $" {Figures.Share(accuracy?.NeighborTop1),7} {Figures.Share(accuracy?.LinearTop1),7}" : string.Empty);
}
