using System.Numerics.Tensors;

namespace Scott.Models.Metrics;

/// <summary>Exact nearest-neighbor search by cosine similarity over vectors in memory. Immutable and thread-safe.</summary>
/// <remarks>Every query reads all vectors, so it suits up to a few hundred thousand vectors. For more, use a vector database.</remarks>
public sealed class EmbeddingIndex
{
    private const int RowsPerTask = 4096;
    /// <summary>[Count, Width], row-major, each row of length 1.</summary>
    private readonly float[] _rows;

    /// <summary>Makes an index over vectors, which are copied and scaled to length 1. Without vectors it is empty, and finds nothing.</summary>
    /// <param name="vectors">The vectors, all of the same length. A vector of zeros has the score 0 for every query.</param>
    /// <exception cref="ArgumentException">A vector is null, empty or not finite, or they differ in length or do not fit one array.</exception>
    [OverloadResolutionPriority(1)]
    public EmbeddingIndex(IEnumerable<float[]> vectors)
        : this(Items.NotNull(vectors, "a vector").Select(vector => (ReadOnlyMemory<float>)vector)) { }

    /// <inheritdoc cref="EmbeddingIndex(IEnumerable{float[]})"/>
    /// <exception cref="ArgumentException">A vector is empty or not finite, or they differ in length or do not fit one array.</exception>
    public EmbeddingIndex(IEnumerable<ReadOnlyMemory<float>> vectors)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        ReadOnlyMemory<float>[] rows = [.. vectors];
        Count = rows.Length;
        Width = rows.Length > 0 ? rows[0].Length : 0;
        int wrong = Array.FindIndex(rows, row => row.Length == 0 || row.Length != Width);
        if (wrong >= 0)
        {
            string found = $"Vector {wrong}, counted from 0, has {Plural.Of(rows[wrong].Length, "number")}";
            throw new ArgumentException($"{found}; expected {(Width == 0 ? "at least one" : $"{Width}, as the first has")}.", nameof(vectors));
        }

        if ((long)Count * Width > Array.MaxLength)
        {
            string found = $"{Plural.Of(Count, "vector")} of {Plural.Of(Width, "number")}";
            throw new ArgumentException($"{found} are more than the {Array.MaxLength} that fit; use a vector database.", nameof(vectors));
        }

        _rows = new float[Count * Width];
        for (int i = 0; i < Count; i++)
            ScaleToUnit(rows[i].Span, Similarity.Length(rows[i].Span, nameof(vectors)), _rows.AsSpan(i * Width, Width));
    }

    /// <summary>Makes an index over the rows of [M, D], which are copied and scaled to length 1. Does not check the numbers.</summary>
    internal EmbeddingIndex(ReadOnlySpan<float> rows, int width)
    {
        (Count, Width, _rows) = (rows.Length / width, width, new float[rows.Length]);
        for (int at = 0; at < rows.Length; at += width)
            ScaleToUnit(rows.Slice(at, width), TensorPrimitives.Norm(rows.Slice(at, width)), _rows.AsSpan(at, width));
    }

    /// <summary>The number of vectors.</summary>
    public int Count { get; }

    /// <summary>The length of each vector; 0 in an empty index.</summary>
    public int Width { get; }

    /// <summary>[Count, Width], row-major, each row of length 1, or zeros.</summary>
    internal ReadOnlySpan<float> UnitRows => _rows;

    /// <summary>Finds the vectors that are most similar to a query, best first. Vectors with equal scores keep their order.</summary>
    /// <param name="query"><see cref="Width"/> numbers; any length if the index is empty.</param>
    /// <param name="count">The number of results, at least 1. If the index has fewer vectors, all are returned.</param>
    /// <exception cref="ArgumentException">The query has another length or is not finite, or <paramref name="count"/> is less than 1.</exception>
    public IReadOnlyList<SearchHit> Search(ReadOnlySpan<float> query, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        if (Count == 0)
            return [];
        if (query.Length != Width)
            throw new ArgumentException($"The query has {Plural.Of(query.Length, "number")}; this index holds vectors of {Width}.", nameof(query));

        float[] unit = Unit(query, Similarity.Length(query, nameof(query)));
        var found = new SearchHit[(Count + RowsPerTask - 1) / RowsPerTask][];
        Parallel.For(0, found.Length, task => found[task] = Best(unit, task * RowsPerTask, Math.Min(Count, (task + 1) * RowsPerTask), count));
        return [.. found.SelectMany(hits => hits).OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Index).Take(count)];
    }

    /// <summary>Does the same on the calling thread only, and does not order the results. Does not check arguments.</summary>
    internal SearchHit[] SearchUnordered(ReadOnlySpan<float> query, int count) =>
        Best(Unit(query, TensorPrimitives.Norm(query)), 0, Count, count);

    private SearchHit[] Best(float[] unit, int from, int to, int count)
    {
        // The worst of the kept vectors is at the front: the lowest score; if several are equal, the last vector.
        var best = new PriorityQueue<int, (float Score, int Reverse)>();
        for (int i = from; i < to; i++)
        {
            (float, int) priority = (TensorPrimitives.Dot(unit, _rows.AsSpan(i * Width, Width)), -i);
            if (best.Count < count)
                best.Enqueue(i, priority);
            else
                best.EnqueueDequeue(i, priority);
        }

        return [.. best.UnorderedItems.Select(item => new SearchHit(item.Element, Math.Clamp(item.Priority.Score, -1, 1)))];
    }

    private float[] Unit(ReadOnlySpan<float> query, float length)
    {
        float[] unit = new float[Width];
        ScaleToUnit(query, length, unit);
        return unit;
    }

    private static void ScaleToUnit(ReadOnlySpan<float> vector, float length, Span<float> unit) =>
        TensorPrimitives.Multiply(vector, length > 0 ? 1 / length : 0, unit);
}

/// <summary>A vector found by a search.</summary>
/// <param name="Index">Its position in the vectors of the <see cref="EmbeddingIndex"/>, from 0.</param>
/// <param name="Score">Its cosine similarity to the query, −1 to 1.</param>
public readonly record struct SearchHit(int Index, float Score);
