using System.Globalization;
using Scott.Models.Training;

namespace PretrainAndFineTune.Display;

/// <summary>The table of epochs, line by line.</summary>
/// <param name="header">Of what <paramref name="figures"/> gives.</param>
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

    /// <summary>Those that the epoch before did not have too, be it with other numbers: a run can look wrong for long, and its lines have a mark.</summary>
    public IReadOnlyList<string> NewWarnings(TRecord record)
    {
        string[] before = _lastWarnings;
        _lastWarnings = [.. record.Warnings.Select(WithoutNumbers)];
        return [.. record.Warnings.Where(warning => !before.Contains(WithoutNumbers(warning)))];
    }

    private static string WithoutNumbers(string text) => string.Concat(text.Where(letter => !char.IsDigit(letter)));
}
