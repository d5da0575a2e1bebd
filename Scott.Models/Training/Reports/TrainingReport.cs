namespace Scott.Models.Training;

/// <summary>What a training run has to show, in words and numbers, whatever it trains. All of it is plain text.</summary>
internal sealed record TrainingReport
{
    /// <value>What is trained.</value>
    public required string Title { get; init; }

    /// <value>On what, or how; empty for none.</value>
    public string Subtitle { get; init; } = string.Empty;

    /// <value>How far it is: "epoch 12 of 30, running".</value>
    public required string State { get; init; }

    /// <value>Whether there is more to come: an open page then loads itself anew.</value>
    public bool IsRunning { get; init; }

    /// <value>What does not look right.</value>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <value>The key figures.</value>
    public IReadOnlyList<ReportFact> Facts { get; init; } = [];

    /// <value>In the order in which they are shown.</value>
    public IReadOnlyList<ReportChart> Charts { get; init; } = [];

    /// <value>Below the charts.</value>
    public IReadOnlyList<ReportTable> Tables { get; init; } = [];
}
