using System.Numerics.Tensors;

namespace Scott.Models.Metrics;

/// <summary>Computations with symmetric matrices, [D, D] row-major, of which only the lower triangle counts.</summary>
internal static class SymmetricMatrix
{
    /// <summary>The number of bits of a double.</summary>
    private const int Halvings = 64;

    /// <summary>Replaces the lower triangle of a positive definite matrix L·Lᵀ with L (Cholesky).</summary>
    public static void Factor(Span<double> matrix, int width, CancellationToken cancellationToken = default)
    {
        for (int i = 0; i < width; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Span<double> row = matrix.Slice(i * width, i + 1);
            for (int j = 0; j < i; j++)
                row[j] = (row[j] - TensorPrimitives.Dot<double>(row[..j], matrix.Slice(j * width, j))) / matrix[(j * width) + j];

            row[i] = Math.Sqrt(row[i] - TensorPrimitives.SumOfSquares<double>(row[..i]));
        }
    }

    /// <summary>Solves L·Lᵀ·x = y, and overwrites y with x.</summary>
    public static void Solve(ReadOnlySpan<double> factor, Span<double> values)
    {
        SolveLower(factor, values);
        int width = values.Length;
        for (int i = width - 1; i >= 0; i--)
        {
            values[i] /= factor[(i * width) + i];
            TensorPrimitives.MultiplyAdd(factor.Slice(i * width, i), -values[i], values[..i], values[..i]);
        }
    }

    /// <summary>Solves L·x = y, and overwrites y with x.</summary>
    public static void SolveLower(ReadOnlySpan<double> factor, Span<double> values)
    {
        int width = values.Length;
        for (int i = 0; i < width; i++)
            values[i] = (values[i] - TensorPrimitives.Dot(factor.Slice(i * width, i), values[..i])) / factor[(i * width) + i];
    }

    /// <summary>The eigenvalues, in ascending order. The matrix is overwritten.</summary>
    public static double[] Eigenvalues(double[] matrix, int width, CancellationToken cancellationToken = default)
    {
        (double[] diagonal, double[] squares) = Tridiagonalize(matrix, width, cancellationToken);

        // Gershgorin: each eigenvalue is near a diagonal entry, at most the sum of the absolute values beside that entry away.
        double reach = 2 * Math.Sqrt(squares.Max());
        (double least, double most) = (diagonal.Min() - reach, diagonal.Max() + reach);
        double[] found = new double[width];
        Parallel.For(0, width, new ParallelOptions { CancellationToken = cancellationToken }, index =>
        {
            (double low, double high) = (least, most);
            for (int i = 0; i < Halvings; i++)
            {
                double middle = (low + high) / 2;
                (low, high) = CountBelow(middle, diagonal, squares) > index ? (low, middle) : (middle, high);
            }

            found[index] = (low + high) / 2;
        });
        return found;
    }

    /// <summary>Makes a tridiagonal matrix with the same eigenvalues (Householder): its diagonal, and the squares of the entries beside it.</summary>
    private static (double[] Diagonal, double[] Squares) Tridiagonalize(double[] matrix, int width, CancellationToken cancellationToken)
    {
        (double[] diagonal, double[] squares) = (new double[width], new double[width]);
        for (int k = 0; k < width; k++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            diagonal[k] = matrix[(k * width) + k];
            double[] normal = [.. Enumerable.Range(k + 1, width - k - 1).Select(row => matrix[(row * width) + k])];
            double length = Math.Sqrt(TensorPrimitives.SumOfSquares<double>(normal));
            if (length == 0)
                continue;

            squares[k] = length * length;
            normal[0] += Math.CopySign(length, normal[0]);
            Reflect(matrix, width, k + 1, normal);
        }

        return (diagonal, squares);
    }

    /// <summary>Reflects the square part that starts at <paramref name="from"/>, from both sides, at the plane with this normal.</summary>
    private static void Reflect(double[] matrix, int width, int from, double[] normal)
    {
        int size = normal.Length;
        double scale = 2 / TensorPrimitives.SumOfSquares<double>(normal);
        double[] shift = new double[size];
        for (int i = 0; i < size; i++)
        {
            // The upper triangle is not kept: a row ends at its diagonal, and adds to those above it.
            ReadOnlySpan<double> row = matrix.AsSpan(((from + i) * width) + from, i);
            shift[i] += TensorPrimitives.Dot(row, normal.AsSpan(0, i)) + (matrix[((from + i) * width) + from + i] * normal[i]);
            TensorPrimitives.MultiplyAdd(row, normal[i], shift.AsSpan(0, i), shift.AsSpan(0, i));
        }

        TensorPrimitives.Multiply(shift, scale, shift);
        TensorPrimitives.MultiplyAdd(normal, -scale / 2 * TensorPrimitives.Dot<double>(shift, normal), shift, shift);
        for (int i = 0; i < size; i++)
        {
            Span<double> row = matrix.AsSpan(((from + i) * width) + from, i + 1);
            TensorPrimitives.MultiplyAdd(shift.AsSpan(0, i + 1), -normal[i], row, row);
            TensorPrimitives.MultiplyAdd(normal.AsSpan(0, i + 1), -shift[i], row, row);
        }
    }

    /// <summary>The number of eigenvalues below a value, which is the number of negative pivots of elimination (Sturm).</summary>
    private static int CountBelow(double value, double[] diagonal, double[] squares)
    {
        (int below, double pivot) = (0, 1);
        for (int i = 0; i < diagonal.Length; i++)
        {
            pivot = diagonal[i] - value - (i > 0 ? squares[i - 1] / pivot : 0);
            pivot = pivot == 0 ? double.Epsilon : pivot;
            below += pivot < 0 ? 1 : 0;
        }

        return below;
    }
}
