using System.Numerics;
using System.Numerics.Tensors;

namespace Scott.Models.Metrics;

/// <summary>Features in column order: one dimension after another, [D, M]. Each column is padded with zeros to whole SIMD registers.</summary>
internal sealed class FeatureColumns
{
    /// <summary>The rows of a product that are computed together, so that each column is read less often.</summary>
    private const int RowBlock = 4;

    private readonly double[] _values;
    private readonly int _stride;

    /// <summary>Copies the rows of [M, D].</summary>
    public FeatureColumns(ReadOnlySpan<float> rows, int width)
    {
        (Width, Count) = (width, rows.Length / width);
        _stride = (Count + Vector<double>.Count - 1) / Vector<double>.Count * Vector<double>.Count;
        _values = new double[width * _stride];
        for (int i = 0; i < rows.Length; i++)
            _values[(i % width * _stride) + (i / width)] = rows[i];
    }

    /// <summary>D, the number of dimensions.</summary>
    public int Width { get; }
    /// <summary>M, the number of images.</summary>
    public int Count { get; }
    /// <summary>One dimension of every image, [M].</summary>
    public Span<double> this[int column] => _values.AsSpan(column * _stride, Count);

    /// <summary>Subtracts each column's mean, and returns the means, [D].</summary>
    public double[] Center()
    {
        double[] means = new double[Width];
        for (int i = 0; i < Width; i++)
        {
            means[i] = TensorPrimitives.Sum<double>(this[i]) / Count;
            TensorPrimitives.Subtract(this[i], means[i], this[i]);
        }

        return means;
    }

    /// <summary>The product of every column with every column, [D, D].</summary>
    public double[] Products(CancellationToken cancellationToken = default)
    {
        double[] products = new double[Width * Width];
        var options = new ParallelOptions { CancellationToken = cancellationToken };
        Parallel.For(0, (Width + RowBlock - 1) / RowBlock, options, block => FillRows(products, block * RowBlock));
        return products;
    }

    private void FillRows(double[] products, int first)
    {
        // Past the last row, the last one is computed again.
        int Row(int row) => Math.Min(row, Width - 1);
        ReadOnlySpan<Vector<double>> Column(int row) => MemoryMarshal.Cast<double, Vector<double>>(_values.AsSpan(Row(row) * _stride, _stride));
        ReadOnlySpan<Vector<double>> a = Column(first), b = Column(first + 1), c = Column(first + 2), d = Column(first + 3);
        for (int other = 0; other <= Row(first + RowBlock - 1); other += 2)
        {
            ReadOnlySpan<Vector<double>> x = Column(other), y = Column(other + 1);
            Vector<double> ax = default, bx = default, cx = default, dx = default, ay = default, by = default, cy = default, dy = default;
            for (int i = 0; i < a.Length; i++)
            {
                ax = MultiplyAdd.Of(a[i], x[i], ax);
                ay = MultiplyAdd.Of(a[i], y[i], ay);
                bx = MultiplyAdd.Of(b[i], x[i], bx);
                by = MultiplyAdd.Of(b[i], y[i], by);
                cx = MultiplyAdd.Of(c[i], x[i], cx);
                cy = MultiplyAdd.Of(c[i], y[i], cy);
                dx = MultiplyAdd.Of(d[i], x[i], dx);
                dy = MultiplyAdd.Of(d[i], y[i], dy);
            }

            ReadOnlySpan<Vector<double>> sums = [ax, ay, bx, by, cx, cy, dx, dy];
            for (int i = 0; i < sums.Length; i++)
            {
                (int row, int column) = (Row(first + (i / 2)), Row(other + (i % 2)));
                products[(row * Width) + column] = products[(column * Width) + row] = Vector.Sum(sums[i]);
            }
        }
    }
}
