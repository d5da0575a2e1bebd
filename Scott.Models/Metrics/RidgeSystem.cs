using System.Numerics.Tensors;

namespace Scott.Models.Metrics;

/// <summary>The normal equations of ridge regression from standardized features, in closed form (Hoerl and Kennard, "Ridge Regression", 1970). Made
/// once, solved for each penalty.</summary>
internal sealed class RidgeSystem
{
    private const double DeviationEpsilon = 1e-6;

    /// <summary>[D, D]: the standardized features' products with each other, summed over the rows.</summary>
    private readonly double[] _products;

    /// <summary>Standardizes the features [M, D], in a copy.</summary>
    public RidgeSystem(float[] features, int width, CancellationToken cancellationToken = default)
    {
        var options = new ParallelOptions { CancellationToken = cancellationToken };
        (Columns, Deviations) = (new FeatureColumns(features, width), new double[width]);
        Means = Columns.Center();
        Parallel.For(0, width, options, i =>
        {
            Span<double> column = Columns[i];
            Deviations[i] = Math.Sqrt(TensorPrimitives.SumOfSquares<double>(column) / Columns.Count) + DeviationEpsilon;
            TensorPrimitives.Divide(column, Deviations[i], column);
        });
        _products = Columns.Products(cancellationToken);
    }

    /// <summary>The standardized features.</summary>
    public FeatureColumns Columns { get; }
    /// <summary>[D]: what was subtracted from each feature.</summary>
    public double[] Means { get; }
    /// <summary>[D]: what each feature was divided by.</summary>
    public double[] Deviations { get; }

    /// <summary>The weights, [E, D], for targets whose products with the standardized features are given, [E, D].</summary>
    /// <param name="sums">The products, summed over the rows.</param>
    /// <param name="penalty">The penalty on squared weights, for each row. Over 0, so that the matrix is positive definite.</param>
    /// <param name="cancellationToken">Checked for each row of the matrix, and for each target.</param>
    public double[] Solve(double[] sums, double penalty, CancellationToken cancellationToken)
    {
        int width = Columns.Width;
        double[] factor = [.. _products];
        for (int i = 0; i < width; i++)
            factor[(i * width) + i] += penalty * Columns.Count;

        SymmetricMatrix.Factor(factor, width, cancellationToken);
        double[] weights = [.. sums];
        var options = new ParallelOptions { CancellationToken = cancellationToken };
        Parallel.For(0, weights.Length / width, options, output => SymmetricMatrix.Solve(factor, weights.AsSpan(output * width, width)));
        return weights;
    }
}
