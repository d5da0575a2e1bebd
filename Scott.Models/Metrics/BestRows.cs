namespace Scott.Models.Metrics;

/// <summary>Keeps the rows with the highest scores. Rows are offered in ascending order; of equal scores the first is kept.</summary>
internal sealed class BestRows(int count)
{
    // The worst of the kept rows is at the front: the lowest score; if several are equal, the last row.
    private readonly PriorityQueue<int, (float Score, int Reverse)> _kept = new();
    private float _leastScore = float.NegativeInfinity;

    /// <summary>The kept rows in no order.</summary>
    public IEnumerable<(int Row, float Score)> Unordered => _kept.UnorderedItems.Select(item => (item.Element, item.Priority.Score));

    public void Offer(int row, float score)
    {
        // Rounding can lead a cosine past 1. Such rows are equal, wherever the work was cut into tasks.
        score = Math.Clamp(score, -1, 1);
        if (_kept.Count < count)
            _kept.Enqueue(row, (score, -row));
        else if (score > _leastScore)
            _kept.EnqueueDequeue(row, (score, -row));
        else
            return;

        if (_kept.Count == count && _kept.TryPeek(out _, out (float Score, int Reverse) worst))
            _leastScore = worst.Score;
    }

    /// <summary>The best rows for each query, best first; of equal scores the first row.</summary>
    /// <param name="found">What each task kept for each query.</param>
    /// <param name="queries">The number of queries.</param>
    /// <param name="count">The number of rows for each.</param>
    public static (int Row, float Score)[][] Merge(BestRows[][] found, int queries, int count) =>
    [
        .. Enumerable.Range(0, queries).Select(query => found.SelectMany(best => best[query].Unordered)
            .OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Row).Take(count).ToArray()),
    ];
}
