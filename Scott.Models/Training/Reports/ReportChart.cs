namespace Scott.Models.Training;

/// <summary>A line chart.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Explanation">A sentence on how to read it; empty for none.</param>
/// <param name="XLabel">The label of the horizontal axis.</param>
/// <param name="YLabel">The label of the vertical axis.</param>
/// <param name="Series">The lines.</param>
/// <param name="IsLogarithmic">Whether the vertical axis is logarithmic; values that are not above zero are then gaps.</param>
internal sealed record ReportChart(
    string Title, string Explanation, string XLabel, string YLabel, IReadOnlyList<ReportSeries> Series, bool IsLogarithmic = false);

/// <summary>A line of a chart. A value that is not finite is a gap in it.</summary>
internal sealed record ReportSeries(string Name, IReadOnlyList<double> X, IReadOnlyList<double> Y)
{
    public IReadOnlyList<double> Y { get; } = Y.Count == X.Count ? Y : throw new ArgumentException(
        $"'{Name}' has {Plural.Of(X.Count, "place")} and {Plural.Of(Y.Count, "value")}; expected one value for each place.", nameof(Y));
}
