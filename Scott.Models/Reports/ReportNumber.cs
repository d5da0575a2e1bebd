using System.Globalization;

namespace Scott.Models.Reports;

/// <summary>Numbers as reports show them, in every culture the same.</summary>
internal static class ReportNumber
{
    /// <summary>With four digits that count; a dash for what is no number.</summary>
    public static string Format(double value) => double.IsNaN(value) ? "–" : value.ToString("G4", CultureInfo.InvariantCulture);
}
