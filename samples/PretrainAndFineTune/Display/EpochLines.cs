using System.Globalization;
using Scott.Models.Pretraining;

namespace PretrainAndFineTune.Display;

/// <summary>The table of epochs, line by line.</summary>
/// <param name="hasLabels">Whether there are columns for what the probes make of the features.</param>
internal sealed class EpochLines(bool hasLabels)
{
    private string[] _lastWarnings = [];

    public string Header { get; } = "epoch   steps    loss   rank  cosine" + (hasLabels ? "     kNN  linear" : string.Empty) + "  images/s   elapsed      left";

    public string Format(PretrainingRecord record)
    {
        string begin = string.Create(
            CultureInfo.InvariantCulture,
            $"{record.Epoch,5} {record.Steps,7} {record.Loss,7:F4} {record.Health.EffectiveRank,6:F1} {record.Health.MeanCosine,7:F3}");
        string end = string.Create(
            CultureInfo.InvariantCulture,
            $" {record.ImagesPerSecond,9:F1} {Time(record.ElapsedSeconds),9} {Time(record.RemainingSeconds),9}");
        return begin + (hasLabels ? $" {Share(record.Accuracy?.NeighborTop1),7} {Share(record.Accuracy?.LinearTop1),7}" : string.Empty) + end + (record.Warnings.Count > 0 ? " !" : string.Empty);
    }

    /// <summary>Those that the epoch before did not have too, be it with other numbers: a run can look wrong for long, and its lines have a mark.</summary>
    public IReadOnlyList<string> NewWarnings(PretrainingRecord record)
    {
        string[] before = _lastWarnings;
        _lastWarnings = [.. record.Warnings.Select(WithoutNumbers)];
        return [.. record.Warnings.Where(warning => !before.Contains(WithoutNumbers(warning)))];
    }

    public static string Time(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours:00}:{time.Minutes:00}:{time.Seconds:00}");

    public static string Share(double? share) => share is { } value ? string.Create(CultureInfo.InvariantCulture, $"{100 * value:F1}%") : "-";

    private static string Time(double seconds) => Time(TimeSpan.FromSeconds(seconds));

    private static string WithoutNumbers(string text) => string.Concat(text.Where(letter => !char.IsDigit(letter)));
}
