using System.Text;

namespace Scott.Models.Foundation;

/// <summary>What <see cref="ScottDiagnostics.Report"/> found.</summary>
public sealed class DiagnosticsReport
{
    internal DiagnosticsReport(IReadOnlyList<DiagnosticsEntry> entries) => Entries = entries;

    /// <summary>The findings, from the system up.</summary>
    public IReadOnlyList<DiagnosticsEntry> Entries { get; }

    /// <summary>Whether nothing needs doing.</summary>
    public bool IsHealthy => Entries.All(entry => entry.Advice is null);

    /// <summary>One line for each finding; advice stands under the finding it belongs to.</summary>
    public override string ToString()
    {
        int width = Entries.Max(entry => entry.Subject.Length);
        var text = new StringBuilder();
        foreach (DiagnosticsEntry entry in Entries)
        {
            text.Append(entry.Advice is null ? "  " : "! ").Append(entry.Subject.PadRight(width + 2)).AppendLine(entry.Finding);
            if (entry.Advice is not null)
            {
                text.Append(' ', width + 4).Append("-> ").AppendLine(entry.Advice);
            }
        }

        return text.ToString();
    }
}
