using System.Globalization;
using Scott.Models.Training;

namespace PretrainAndFineTune.Display;

/// <summary>Which figures stand in the tables of the two jobs.</summary>
internal static class EpochTables
{
    /// <param name="hasLabels">Whether there are columns for what the probes make of the features.</param>
    public static EpochTable<PretrainingRecord> Pretraining(bool hasLabels) => new(
        "  rank  cosine" + (hasLabels ? "     kNN  linear" : string.Empty),
        record => string.Create(CultureInfo.InvariantCulture, $"{record.Health.EffectiveRank,6:F1} {record.Health.MeanCosine,7:F3}")
            + (hasLabels ? $" {Figures.Share(record.Accuracy?.NeighborTop1),7} {Figures.Share(record.Accuracy?.LinearTop1),7}" : string.Empty));

    public static EpochTable<FineTuningRecord> FineTuning() => new(
        "  train     val  per class",
        record => $"{Figures.Share(record.TrainingTop1),7} {Figures.Share(record.Validation.Top1),7} {Figures.Share(record.Validation.MeanPerClassTop1),10}");
}
