using System.Numerics.Tensors;

namespace Scott.Models.Metrics;

/// <summary>
/// Exact nearest-neighbor search by cosine similarity over vectors in memory. Immutable and thread-safe. Every query reads all
/// vectors, so this serves up to some hundred thousand; for more, use a vector database.
/// </summary>
public sealed class EmbeddingIndex
{
    private const int RowsPerPart = 4096;

    private readonly float[] _rows;

    /// <summary>An index over vectors, which are copied and scaled to length 1. Without any it is empty, and finds nothing.</summary>
    /// <param name="vectors">All of one length. A vector of zeros scores 0 against everything.</param>
    /// <exception cref="ArgumentException">One is null or empty, or they differ in length.</exception>
    public EmbeddingIndex(IEnumerable<float[]> vectors)
    {
        float[][] rows = Items.NotNull(vectors, "a vector");
        Count = rows.Length;
        Width = rows.Length > 0 ? rows[0].Length : 0;
        int wrong = Array.FindIndex(rows, row => row.Length == 0 || row.Length != Width);
        if (wrong >= 0)
        {
            throw new ArgumentException($"Vector {wrong}, counted from 0, has {Plural.Of(rows[wrong].Length, "number")}; expected {(Width == 0 ? "at least one" : $"{Width}, as the first has")}.", nameof(vectors));
        }

        if ((long)Count * Width > Array.MaxLength)
        {
            throw new ArgumentException($"{Plural.Of(Count, "vector")} of {Width} numbers are more than the {Array.MaxLength} that fit; use a vector database.", nameof(vectors));
        }

        _rows = new float[Count * Width];
        for (int i = 0; i < Count; i++)
        {
            Span<float> row = _rows.AsSpan(i * Width, Width);
            float length = TensorPrimitives.Norm<float>(rows[i]);
            TensorPrimitives.Multiply(rows[i], length > 0 ? 1 / length : 0, row);
        }
    }

    /// <summary>The number of vectors.</summary>
    public int Count { get; }

    /// <summary>The numbers of one vector; 0 in an empty index.</summary>
    public int Width { get; }

    /// <summary>The vectors most like a query, best first; of equal scores the earlier first.</summary>
    /// <param name="query"><see cref="Width"/> numbers; any number of them if the index is empty.</param>
    /// <param name="count">How many, at least 1; fewer come if there are fewer, and none from an empty index.</param>
    /// <exception cref="ArgumentException">The query has another length.</exception>
    public IReadOnlyList<SearchHit> Search(ReadOnlySpan<float> query, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        if (Count == 0)
        {
            return [];
        }

        if (query.Length != Width)
        {
            throw new ArgumentException($"The query has {Plural.Of(query.Length, "number")}; this index holds vectors of {Width}.", nameof(query));
        }

        float length = TensorPrimitives.Norm(query);
        float[] unit = new float[Width];
        TensorPrimitives.Multiply(query, length > 0 ? 1 / length : 0, unit);
        int parts = (Count + RowsPerPart - 1) / RowsPerPart;
        var found = new List<SearchHit>[parts];
        Parallel.For(0, parts, part => found[part] = Best(unit, part * RowsPerPart, Math.Min(Count, (part + 1) * RowsPerPart), count));
        return [.. found.SelectMany(hits => hits).OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Index).Take(count)];
    }

    private List<SearchHit> Best(float[] unit, int from, int to, int count)
    {
        // The worst of the best on top: the lowest score, of equal ones the latest.
        var best = new PriorityQueue<int, (float Score, int Index)>(Comparer<(float Score, int Index)>.Create(
            (a, b) => a.Score != b.Score ? a.Score.CompareTo(b.Score) : b.Index.CompareTo(a.Index)));
        for (int i = from; i < to; i++)
        {
            (float Score, int Index) priority = (TensorPrimitives.Dot(unit, _rows.AsSpan(i * Width, Width)), i);
            if (best.Count < count)
            {
                best.Enqueue(i, priority);
            }
            else
            {
                best.EnqueueDequeue(i, priority);
            }
        }

        return [.. best.UnorderedItems.Select(item => new SearchHit(item.Element, Math.Clamp(item.Priority.Score, -1, 1)))];
    }
}
