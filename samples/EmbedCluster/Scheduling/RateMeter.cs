namespace EmbedCluster.Scheduling;

/// <summary>The rate of the last minute.</summary>
public sealed class RateMeter
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Queue<(DateTimeOffset Time, long Images)> _samples = new();

    /// <summary>Adds a sample.</summary>
    /// <param name="now">The time.</param>
    /// <param name="images">All images that are done. Fewer than before if a lease ended.</param>
    public void Add(DateTimeOffset now, long images)
    {
        _samples.Enqueue((now, images));
        while (_samples.Count > 2 && _samples.Peek().Time < now - Window)
            _samples.Dequeue();
    }

    /// <summary>Images per second; 0 if nothing was done.</summary>
    /// <param name="now">The time.</param>
    public double PerSecond(DateTimeOffset now)
    {
        if (_samples.Count < 2)
            return 0;

        (DateTimeOffset first, long from) = _samples.Peek();
        double seconds = (now - first).TotalSeconds;
        return seconds > 0 ? Math.Max(0, (_samples.Last().Images - from) / seconds) : 0;
    }
}
