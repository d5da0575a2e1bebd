namespace Scott.Models.Cli;

/// <summary>The skipped images: all are counted, the first are kept with the reason.</summary>
internal sealed class SkippedImages
{
    private const int MaximumShown = 20;

    private readonly List<string> _first = [];

    public long Count { get; private set; }

    public void Add(string name, Exception error)
    {
        if (++Count > MaximumShown)
            return;

        // Most errors name the file themselves.
        string reason = Faults.Describe(error);
        _first.Add(reason.Contains(name, StringComparison.Ordinal) ? reason : $"{name}: {reason}");
    }

    /// <summary>Prints them; nothing if nothing was skipped.</summary>
    public void Print(Screen screen)
    {
        if (Count == 0)
            return;

        screen.Warn($"Skipped {Count} of the images:");
        foreach (string line in _first)
            screen.Warn($"  {line}");

        if (Count > _first.Count)
            screen.Warn($"  and {Count - _first.Count} more");
    }

    public object ToJson() => new { count = Count, first = _first };
}
