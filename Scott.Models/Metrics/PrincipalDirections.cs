using System.Numerics.Tensors;
namespace Scott.Models.Metrics;

/// <summary>The directions in which vectors vary most: the leading eigenvectors of their covariance.</summary>
internal static class PrincipalDirections
{
    private const int MaximumIterations = 500;
    private const double Tolerance = 1e-10;

    /// <summary>The mean of rows, [M, D], and so many directions of length 1, orthogonal to each other, strongest first.</summary>
    public static (double[] Mean, double[][] Directions) Find(ReadOnlySpan<float> rows, int width, int count)
    {
        var columns = new FeatureColumns(rows, width);
        double[] mean = columns.Center();
        return (mean, Directions(columns.Products(), width, count));
    }

    /// <summary>The leading eigenvectors, by power iteration with deflation; the largest entry of each is positive, so that colors repeat.</summary>
    private static double[][] Directions(double[] covariance, int width, int count)
    {
        double[][] found = new double[count][];
        var random = new DeterministicRandom(0, nameof(PrincipalDirections));
        for (int component = 0; component < count; component++)
        {
            double[] vector = [.. Enumerable.Range(0, width).Select(_ => random.NextNormal())];
            for (int iteration = 0; iteration < MaximumIterations; iteration++)
            {
                double[] next = [.. Enumerable.Range(0, width).Select(i => Dot(covariance.AsSpan(i * width, width), vector))];
                double change = Settle(next, vector, found.AsSpan(0, component));
                vector = next;
                if (change < Tolerance)
                    break;
            }

            double sign = vector.MaxBy(Math.Abs) < 0 ? -1 : 1;
            found[component] = [.. vector.Select(value => sign * value)];
        }

        return found;
    }

    /// <summary>Makes a vector orthogonal to those found and of length 1, and returns how far it is from the one before.</summary>
    private static double Settle(double[] vector, double[] before, ReadOnlySpan<double[]> found)
    {
        foreach (double[] direction in found)
            TensorPrimitives.MultiplyAdd(direction, -Dot(vector, direction), vector, vector);

        double length = Math.Sqrt(Dot(vector, vector));
        TensorPrimitives.Multiply(vector, length > 0 ? 1 / length : 0, vector);
        return length > 0 ? 1 - Math.Abs(Dot(vector, before) / Math.Sqrt(Dot(before, before))) : 0;
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b) => TensorPrimitives.Dot(a, b);
}
