namespace Scott.Models.Tests.Metrics;

/// <summary>Keeps every report, in the order in which they come.</summary>
internal sealed class ReportList<T> : IProgress<T>
{
    public List<T> Items { get; } = [];

    public Action? OnReport { get; init; }

    public void Report(T value)
    {
        lock (Items)
            Items.Add(value);

        OnReport?.Invoke();
    }
}
