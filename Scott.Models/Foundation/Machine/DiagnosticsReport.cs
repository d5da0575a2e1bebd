namespace Scott.Models;

/// <summary>The findings of <see cref="ScottDiagnostics.Report"/> about this machine.</summary>
public sealed class DiagnosticsReport
{
    internal DiagnosticsReport(IReadOnlyList<DiagnosticsEntry> entries) => Entries = entries;

    /// <summary>The findings: system, processor, ONNX Runtime, libtorch.</summary>
    public IReadOnlyList<DiagnosticsEntry> Entries { get; }

    /// <summary>Whether no finding has advice, so that there is nothing to do.</summary>
    public bool IsHealthy => Entries.All(entry => entry.Advice is null);

    /// <summary>Writes a line for each finding. The next line gives the advice for the finding, if there is any.</summary>
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
/// <param name="Advice">What to do about the finding; <see langword="null"/> if nothing is wrong.</param>
public sealed record DiagnosticsEntry(string Subject, string Finding, string? Advice = null);
