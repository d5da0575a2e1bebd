namespace Scott.Models.Training;

/// <summary>A key figure.</summary>
/// <param name="Label">What it is of.</param>
/// <param name="Value">The figure as it is shown; <see cref="ReportNumber"/> writes numbers.</param>
/// <param name="Explanation">Its unit, or what is to be made of it; empty for none.</param>
internal sealed record ReportFact(string Label, string Value, string Explanation = "");
