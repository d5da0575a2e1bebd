namespace Scott.Models.Training;

/// <summary>A line chart.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Explanation">A sentence on how to read it; empty for none.</param>
/// <param name="XLabel">What runs to the right.</param>
/// <param name="YLabel">What runs upwards.</param>
/// <param name="Series">Its lines.</param>
/// <param name="IsLogarithmic">Whether upwards is logarithmic; what is not above zero is then a gap.</param>
internal sealed record ReportChart(
    string Title, string Explanation, string XLabel, string YLabel, IReadOnlyList<ReportSeries> Series, bool IsLogarithmic = false);
