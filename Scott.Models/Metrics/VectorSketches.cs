using System.Numerics.Tensors;

namespace Scott.Models.Metrics;

/// <summary>
/// Sixteen numbers for each vector, whose distances are never larger than the distances of the vectors: the coordinates along the directions in
/// which the vectors vary most, and the length of what remains. So most pairs are known to be far apart without a look at the vectors.
/// </summary>
/// <remarks>The bound is the Cauchy–Schwarz inequality for the remaining parts u and v: |u − v| ≥ ||u| − |v||. It holds for any orthonormal
/// directions, so they are found from a sample.</remarks>
internal sealed class VectorSketches
{
    /// <summary>The numbers of a sketch: two AVX registers.</summary>
    public const int Width = 16;

    private const int MostDirections = Width - 1;
    private const int MostSampled = 2048;

    /// <summary>A direction with less than this left, after the parts along others are removed, is rounding error.</summary>
    private const double LeastLength = 0.5;

    /// <exception cref="ArgumentException">No array holds the sketches.</exception>
    public VectorSketches(IndexRows vectors, CancellationToken cancellationToken)
    {
        (Values, HalfSquares) = (new float[IndexArguments.CountNumbers(vectors.Count, Width)], new float[vectors.Count]);
        (double[] mean, float[][] directions) = Directions(vectors, cancellationToken);
        float[] center = [.. mean.Select(value => (float)value)];
        var options = new ParallelOptions { CancellationToken = cancellationToken };
        Parallel.For(0, (vectors.Count + TiledRows.TileRows - 1) / TiledRows.TileRows, options, tile =>
        {
            float[] rest = new float[vectors.Width];
            for (int row = tile * TiledRows.TileRows; row < Math.Min(vectors.Count, (tile + 1) * TiledRows.TileRows); row++)
            {
                TensorPrimitives.Subtract(vectors.Row(row), center, rest);
                HalfSquares[row] = TensorPrimitives.SumOfSquares<float>(rest) / 2;
                for (int i = 0; i < directions.Length; i++)
                {
                    float value = TensorPrimitives.Dot<float>(rest, directions[i]);
                    Values[(row * Width) + i] = value;
                    TensorPrimitives.MultiplyAdd(directions[i], -value, rest, rest);
                }

                Values[(row * Width) + MostDirections] = TensorPrimitives.Norm<float>(rest);
            }
        });
    }

    /// <summary>The sketches, [M, 16] row-major.</summary>
    public float[] Values { get; }

    /// <summary>Half of each vector's squared distance from the mean, [M].</summary>
    public float[] HalfSquares { get; }

    /// <summary>The rows, in an order in which 64 after each other are near each other: halved again and again along the widest number.</summary>
    public int[] Order(CancellationToken cancellationToken)
    {
        int[] order = [.. Enumerable.Range(0, HalfSquares.Length)];
        Split(order, cancellationToken);
        return order;
    }

    private void Split(Span<int> rows, CancellationToken cancellationToken)
    {
        if (rows.Length <= TiledRows.TileRows)
            return;

        cancellationToken.ThrowIfCancellationRequested();
        int widest = Widest(rows);
        float[] keys = new float[rows.Length];
        for (int i = 0; i < keys.Length; i++)
            keys[i] = Values[(rows[i] * Width) + widest];

        keys.AsSpan().Sort(rows);
        int middle = ((rows.Length / 2) + TiledRows.TileRows - 1) / TiledRows.TileRows * TiledRows.TileRows;
        Split(rows[..middle], cancellationToken);
        Split(rows[middle..], cancellationToken);
    }

    private int Widest(ReadOnlySpan<int> rows)
    {
        Span<float> low = stackalloc float[Width], high = stackalloc float[Width];
        low.Fill(float.PositiveInfinity);
        high.Fill(float.NegativeInfinity);
        foreach (int row in rows)
        {
            ReadOnlySpan<float> sketch = Values.AsSpan(row * Width, Width);
            TensorPrimitives.Min(low, sketch, low);
            TensorPrimitives.Max(high, sketch, high);
        }

        TensorPrimitives.Subtract(high, low, high);
        return TensorPrimitives.IndexOfMax<float>(high);
    }

    /// <summary>The mean of a sample, and orthonormal directions, strongest first.</summary>
    private static (double[] Mean, float[][] Directions) Directions(IndexRows vectors, CancellationToken cancellationToken)
    {
        int width = vectors.Width;
        int sampled = Math.Min(vectors.Count, MostSampled);
        float[] sample = new float[sampled * width];
        for (int i = 0; i < sampled; i++)
            vectors.CopyRow((int)((long)i * vectors.Count / sampled), sample.AsSpan(i * width));

        (double[] mean, double[][] found) = PrincipalDirections.Find(sample, width, Math.Min(width, MostDirections), cancellationToken);
        List<double[]> kept = [];
        foreach (double[] direction in found)
        {
            // A sample of few dimensions gives more directions than it has: noise, which need not be orthogonal to the others.
            for (int pass = 0; pass < 2; pass++)
            {
                foreach (double[] other in kept)
                    TensorPrimitives.MultiplyAdd(other, -TensorPrimitives.Dot<double>(other, direction), direction, direction);
            }

            double length = TensorPrimitives.Norm<double>(direction);
            if (length < LeastLength)
                continue;

            TensorPrimitives.Divide(direction, length, direction);
            kept.Add(direction);
        }

        return (mean, [.. kept.Select(direction => direction.Select(value => (float)value).ToArray())]);
    }
}
