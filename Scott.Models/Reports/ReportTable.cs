namespace Scott.Models.Reports;

/// <summary>A table.</summary>
/// <param name="Title">What it lists.</param>
/// <param name="Header">What each column holds.</param>
/// <param name="Rows">Each as long as the header. The first cell names the row.</param>
internal sealed record ReportTable(string Title, IReadOnlyList<string> Header, IReadOnlyList<IReadOnlyList<string>> Rows);
