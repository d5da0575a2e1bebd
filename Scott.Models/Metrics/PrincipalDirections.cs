using System.Numerics.Tensors;

namespace Scott.Models.Metrics;

/// <summary>The directions in which vectors vary most: the leading eigenvectors of their covariance.</summary>
internal static class PrincipalDirections
{
    private const int MaximumIterations = 500;
    private const double Tolerance = 1e-10;

    /// <summary>Finds the mean of the rows of [M, D], and <paramref name="count"/> orthogonal directions of length 1, strongest first.</summary>
    public static (double[] Mean, double[][] Directions) Find(
        ReadOnlySpan<float> rows, int width, int count, CancellationToken cancellationToken = default)
    {
        var columns = new FeatureColumns(rows, width);
        double[] mean = columns.Center();
        double[] covariance = columns.Products(cancellationToken);

        // The leading eigenvectors, by power iteration with deflation; the largest entry of each is made positive, so that colors are repeatable.
        double[][] found = new double[count][];
        var random = new DeterministicRandom(0, nameof(PrincipalDirections));
        for (int component = 0; component < count; component++)
        {
            double[] vector = [.. Enumerable.Range(0, width).Select(_ => random.NextNormal())];
            for (int iteration = 0; iteration < MaximumIterations; iteration++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                double[] next = [.. Enumerable.Range(0, width).Select(i => Dot(covariance.AsSpan(i * width, width), vector))];
                foreach (double[] direction in found.AsSpan(0, component))
                    TensorPrimitives.MultiplyAdd(direction, -Dot(next, direction), next, next);

                double length = TensorPrimitives.Norm<double>(next);
                TensorPrimitives.Multiply(next, length > 0 ? 1 / length : 0, next);
                double change = length > 0 ? 1 - Math.Abs(Dot(next, vector) / TensorPrimitives.Norm<double>(vector)) : 0;
                vector = next;
                if (change < Tolerance)
                    break;
            }

            double sign = vector.MaxBy(Math.Abs) < 0 ? -1 : 1;
            found[component] = [.. vector.Select(value => sign * value)];
        }

        return (mean, found);
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b) => TensorPrimitives.Dot(a, b);
}
