namespace Scott.Models.Training;

/// <summary>What a report shows of a run, in words and numbers. All of it is plain text.</summary>
internal sealed record TrainingReport
{
    public required string Title { get; init; }
    /// <summary>What the run learns from; empty for none.</summary>
    public string Subtitle { get; init; } = string.Empty;
    /// <summary>How far the run is: "epoch 12 of 30, running".</summary>
    public required string State { get; init; }
    /// <summary>Whether the run continues: an open page then reloads itself.</summary>
    public bool IsRunning { get; init; }
    public IReadOnlyList<string> Warnings { get; init; } = [];
    public IReadOnlyList<ReportFact> Facts { get; init; } = [];
    public IReadOnlyList<ReportChart> Charts { get; init; } = [];
    public IReadOnlyList<ReportTable> Tables { get; init; } = [];
}

/// <summary>A key figure: its name, its value as text, and its unit or how to read it (empty for none).</summary>
internal sealed record ReportFact(string Label, string Value, string Explanation = "");

/// <summary>A line chart; the explanation may be empty. On a logarithmic vertical axis, values that are not above zero are gaps.</summary>
internal sealed record ReportChart(
    string Title, string Explanation, string XLabel, string YLabel, IReadOnlyList<ReportSeries> Series, bool IsLogarithmic = false);

/// <summary>A line of a chart. A value that is not finite is a gap in it.</summary>
internal sealed record ReportSeries(string Name, IReadOnlyList<double> X, IReadOnlyList<double> Y)
{
    public IReadOnlyList<double> Y { get; } = Y.Count == X.Count ? Y : throw new ArgumentException(
        $"'{Name}' has {Plural.Of(X.Count, "place")} and {Plural.Of(Y.Count, "value")}; expected one value for each place.", nameof(Y));
}

/// <summary>A table. The first cell of a row names it.</summary>
internal sealed record ReportTable(string Title, IReadOnlyList<string> Header, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    public IReadOnlyList<IReadOnlyList<string>> Rows { get; } = [.. Rows.Select((row, number) => row.Count == Header.Count
        ? row
        : throw new ArgumentException(
            $"Row {number} of '{Title}' has {Plural.Of(row.Count, "cell")}; expected {Header.Count}, one for each column.", nameof(Rows)))];
}

/// <summary>Numbers as reports show them, the same in every culture.</summary>
internal static class ReportNumber
{
    /// <summary>Stands for a number that is missing.</summary>
    public const string None = "–";

    /// <summary>With four significant digits; a dash for NaN.</summary>
    public static string Format(double value) => double.IsNaN(value) ? None : value.ToString("G4", CultureInfo.InvariantCulture);

    /// <summary>As a percentage with one decimal.</summary>
    public static string Percent(double share) => share.ToString("P1", CultureInfo.InvariantCulture);
}
