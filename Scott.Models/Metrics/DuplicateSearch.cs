using System.Numerics;
using System.Numerics.Tensors;

namespace Scott.Models.Metrics;

/// <summary>
/// Joins all vectors whose cosine reaches a threshold. Exact: a pair is skipped only if its <see cref="VectorSketches"/> are too far apart, or if it
/// is joined already.
/// </summary>
/// <remarks>For vectors of length 1, cosine ≥ t is the same as |u − v|² ≤ 2 − 2t. Neighbors in the order of the sketches make tiles; most pairs of
/// tiles are skipped by the distance of their bounding boxes.</remarks>
internal sealed class DuplicateSearch
{
    /// <summary>Far more than the rounding of single precision can move a sketch, in cosine.</summary>
    private const float SketchRounding = 1e-5f;

    private readonly IndexRows _vectors;
    private readonly float _threshold;
    private readonly DisjointSets _sets;
    private readonly int[] _order;
    private readonly TiledRows _tiles;
    /// <summary>Half of each row's squared distance from the mean, in the order of the tiles; infinite for padding.</summary>
    private readonly float[] _halfSquares;
    /// <summary>The lowest and the highest numbers of each tile's sketches, [Tiles, 16].</summary>
    private readonly float[] _low;
    private readonly float[] _high;

    private DuplicateSearch(IndexRows vectors, float threshold, CancellationToken cancellationToken)
    {
        (_vectors, _threshold, _sets) = (vectors, threshold, new DisjointSets(vectors.Count));
        var sketches = new VectorSketches(vectors, cancellationToken);
        _order = sketches.Order(cancellationToken);
        float[] ordered = new float[sketches.Values.Length];
        for (int i = 0; i < _order.Length; i++)
            sketches.Values.AsSpan(_order[i] * VectorSketches.Width, VectorSketches.Width).CopyTo(ordered.AsSpan(i * VectorSketches.Width));

        _tiles = new TiledRows(ordered, VectorSketches.Width);
        _halfSquares = new float[_tiles.Tiles * TiledRows.TileRows];
        _halfSquares.AsSpan(_order.Length).Fill(float.PositiveInfinity);
        (_low, _high) = (new float[_tiles.Tiles * VectorSketches.Width], new float[_tiles.Tiles * VectorSketches.Width]);
        _low.AsSpan().Fill(float.PositiveInfinity);
        _high.AsSpan().Fill(float.NegativeInfinity);
        for (int i = 0; i < _order.Length; i++)
        {
            _halfSquares[i] = sketches.HalfSquares[_order[i]];
            ReadOnlySpan<float> sketch = ordered.AsSpan(i * VectorSketches.Width, VectorSketches.Width);
            TensorPrimitives.Min(Box(_low, i / TiledRows.TileRows), sketch, Box(_low, i / TiledRows.TileRows));
            TensorPrimitives.Max(Box(_high, i / TiledRows.TileRows), sketch, Box(_high, i / TiledRows.TileRows));
        }
    }

    /// <summary>The sets of vectors that pairs at or above the threshold connect.</summary>
    /// <exception cref="ArgumentException">There are too many vectors for one array of sketches.</exception>
    public static DisjointSets Run(
        IndexRows vectors, float threshold, IProgress<ComparisonProgress>? progress, CancellationToken cancellationToken)
    {
        var search = new DuplicateSearch(vectors, threshold, cancellationToken);
        var tally = new ComparisonTally(vectors.Count, progress);
        Parallel.For(
            0, search._tiles.Tiles, new ParallelOptions { CancellationToken = cancellationToken },
            () => new float[TiledRows.TileProducts],
            (tile, _, products) =>
            {
                search.CompareTile(tile, products, cancellationToken);
                tally.Add(search._tiles.RowsOf(tile));
                return products;
            },
            _ => { });
        return search._sets;
    }

    private void CompareTile(int first, float[] products, CancellationToken cancellationToken)
    {
        for (int second = first; second < _tiles.Tiles; second++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (AreFar(first, second) || AreJoined(first, second))
                continue;

            _tiles.Multiply(first, second, products);
            for (int row = 0; row < _tiles.RowsOf(first); row++)
                CompareRow(first, row, second, products.AsSpan(row * TiledRows.TileRows, TiledRows.TileRows));
        }
    }

    private bool AreFar(int first, int second)
    {
        ReadOnlySpan<float> low = Box(_low, first), high = Box(_high, first), otherLow = Box(_low, second), otherHigh = Box(_high, second);
        float squares = 0;
        for (int i = 0; i < VectorSketches.Width; i++)
        {
            float gap = MathF.Max(0, MathF.Max(low[i] - otherHigh[i], otherLow[i] - high[i]));
            squares += gap * gap;
        }

        return squares > 2 * (1 - _threshold + SketchRounding);
    }

    /// <summary>Whether all rows of both tiles are in one set, as copies of one image soon are.</summary>
    private bool AreJoined(int first, int second)
    {
        int set = _sets.Find(_order[first * TiledRows.TileRows]);
        return AreIn(set, first) && AreIn(set, second);
    }

    private bool AreIn(int set, int tile)
    {
        foreach (int row in _order.AsSpan(tile * TiledRows.TileRows, _tiles.RowsOf(tile)))
        {
            if (_sets.Find(row) != set)
                return false;
        }

        return true;
    }

    /// <summary>Compares a row of a tile with the rows of another whose sketches are near: a·b ≥ (|a|² + |b|²) / 2 − (1 − t).</summary>
    private void CompareRow(int first, int row, int second, ReadOnlySpan<float> products)
    {
        int one = (first * TiledRows.TileRows) + row;
        float offset = _halfSquares[one] - (1 - _threshold + SketchRounding);
        ReadOnlySpan<float> halfSquares = _halfSquares.AsSpan(second * TiledRows.TileRows, TiledRows.TileRows);
        for (int start = 0; start < products.Length; start += Vector<float>.Count)
        {
            Vector<float> least = new Vector<float>(halfSquares[start..]) + new Vector<float>(offset);
            if (!Vector.GreaterThanOrEqualAny(new Vector<float>(products[start..]), least))
                continue;

            for (int other = start; other < start + Vector<float>.Count; other++)
            {
                if (products[other] >= halfSquares[other] + offset && (first != second || other > row))
                    Compare(_order[one], _order[(second * TiledRows.TileRows) + other]);
            }
        }
    }

    private void Compare(int first, int second)
    {
        int width = _vectors.Width;
        if (_sets.Find(first) != _sets.Find(second)
            && TensorPrimitives.Dot(_vectors.Row(first), _vectors.Row(second)) >= _threshold)
        {
            _sets.Join(first, second);
        }
    }

    private static Span<float> Box(float[] bounds, int tile) => bounds.AsSpan(tile * VectorSketches.Width, VectorSketches.Width);
}
