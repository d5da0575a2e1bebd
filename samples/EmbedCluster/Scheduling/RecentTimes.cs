namespace EmbedCluster.Scheduling;

/// <summary>How long the last shards took.</summary>
internal sealed class RecentTimes
{
    private const int Kept = 63;
    private const int Fewest = 5;

    private readonly Queue<TimeSpan> _times = new(Kept);
    private TimeSpan? _median;

    /// <summary>The median; null before the fifth shard.</summary>
    public TimeSpan? Median => _median ??= _times.Count < Fewest ? null : _times.Order().ElementAt(_times.Count / 2);

    /// <summary>Adds a shard.</summary>
    public void Add(TimeSpan time)
    {
        if (_times.Count == Kept)
            _times.Dequeue();

        _times.Enqueue(time);
        _median = null;
    }
}
