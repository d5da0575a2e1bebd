using System.Globalization;

namespace Scott.Models.Training;

/// <summary>Numbers as reports show them, in every culture the same.</summary>
internal static class ReportNumber
{
    /// <summary>Stands for a number that there is none of.</summary>
    public const string None = "–";

    /// <summary>With four digits that count; a dash for what is no number.</summary>
    public static string Format(double value) => double.IsNaN(value) ? None : value.ToString("G4", CultureInfo.InvariantCulture);
}
