namespace Scott.Models.Foundation;

/// <summary>What <see cref="ScottDiagnostics.Report"/> found.</summary>
public sealed class DiagnosticsReport
{
    internal DiagnosticsReport(IReadOnlyList<DiagnosticsEntry> entries) => Entries = entries;

    /// <summary>The findings, from the system up.</summary>
    public IReadOnlyList<DiagnosticsEntry> Entries { get; }

    /// <summary>Whether there is nothing to do.</summary>
    public bool IsHealthy => Entries.All(entry => entry.Advice is null);

    /// <summary>One line for each finding; advice follows the finding it belongs to.</summary>
    public override string ToString()
    {
        int width = Entries.Max(entry => entry.Subject.Length);
        var text = new StringBuilder();
        foreach (DiagnosticsEntry entry in Entries)
        {
            text.Append(entry.Advice is null ? "  " : "! ").Append(entry.Subject.PadRight(width + 2)).AppendLine(entry.Finding);
            if (entry.Advice is not null)
                text.Append(' ', width + 4).Append("-> ").AppendLine(entry.Advice);
        }

        return text.ToString();
    }
}

/// <summary>One finding about this machine.</summary>
/// <param name="Subject">What was examined, for example <c>libtorch</c>.</param>
/// <param name="Finding">What was found.</param>
/// <param name="Advice">What to do about it, or <see langword="null"/> if all is well.</param>
public sealed record DiagnosticsEntry(string Subject, string Finding, string? Advice = null);
