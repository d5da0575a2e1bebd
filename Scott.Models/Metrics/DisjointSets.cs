namespace Scott.Models.Metrics;

/// <summary>Sets of numbers that threads join without locks. The lowest member stands for a set, so the order of the joins does not matter.</summary>
/// <remarks>Anderson and Woll, "Wait-free parallel algorithms for the union-find problem", 1991, with links to the lower number.</remarks>
internal sealed class DisjointSets(int count)
{
    private readonly int[] _parents = [.. Enumerable.Range(0, count)];

    /// <summary>The lowest member of an item's set. While threads join sets, a lower member may already have been found elsewhere.</summary>
    public int Find(int item)
    {
        while (true)
        {
            int parent = Volatile.Read(ref _parents[item]);
            int above = Volatile.Read(ref _parents[parent]);
            if (parent == above)
                return parent;

            // The next search is shorter. A link that another thread has changed meanwhile stays as it is.
            Interlocked.CompareExchange(ref _parents[item], above, parent);
            item = above;
        }
    }

    public void Join(int first, int second)
    {
        while (true)
        {
            (first, second) = (Find(first), Find(second));
            (int low, int high) = (Math.Min(first, second), Math.Max(first, second));
            if (low == high || Interlocked.CompareExchange(ref _parents[high], low, high) == high)
                return;
        }
    }
}
