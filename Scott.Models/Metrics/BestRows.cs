namespace Scott.Models.Metrics;

/// <summary>Keeps the rows with the highest scores. Rows are offered in ascending order; of equal scores the first is kept.</summary>
internal sealed class BestRows(int count)
{
    // The worst of the kept rows is at the front: the lowest score; if several are equal, the last row.
    private readonly PriorityQueue<int, (float Score, int Reverse)> _kept = new();
    private float _leastScore = float.NegativeInfinity;

    /// <summary>The kept rows in no order. Rounding can lead a cosine past 1; here it is clamped.</summary>
    public IEnumerable<(int Row, float Score)> Unordered =>
        _kept.UnorderedItems.Select(item => (item.Element, Math.Clamp(item.Priority.Score, -1, 1)));

    public void Offer(int row, float score)
    {
        if (_kept.Count < count)
            _kept.Enqueue(row, (score, -row));
        else if (score > _leastScore)
            _kept.EnqueueDequeue(row, (score, -row));
        else
            return;

        if (_kept.Count == count && _kept.TryPeek(out _, out (float Score, int Reverse) worst))
            _leastScore = worst.Score;
    }
}
