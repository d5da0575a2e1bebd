using System.Numerics.Tensors;

namespace Scott.Models.Metrics;

/// <summary>Ridge regression from standardized features to one-hot labels, in closed form. Fitted once, solved for each penalty.</summary>
internal sealed class RidgeProbe
{
    /// <summary>The default penalty on squared weights, per training image.</summary>
    public const double Penalty = 0.01;
    private const double DeviationEpsilon = 1e-6;

    private readonly int _width;
    private readonly int _classes;
    private readonly int _count;
    private readonly double[] _means;
    private readonly double[] _deviations;
    /// <summary>[C]: the share of each class. It is the offset of the class, because the features have mean 0.</summary>
    private readonly double[] _offsets;
    /// <summary>[D, D]: the standardized features' products with each other, summed over images.</summary>
    private readonly double[] _products;
    /// <summary>[C, D]: the standardized features summed over each class's images.</summary>
    private readonly double[] _sums;

    public RidgeProbe(LabeledFeatures training, int classes)
    {
        (_width, _classes, _count) = (training.Width, classes, training.Labels.Count);
        (_deviations, _offsets, _sums) = (new double[_width], new double[classes], new double[classes * _width]);
        foreach (int label in training.Labels)
            _offsets[label] += 1.0 / _count;

        var columns = new FeatureColumns(training.Vectors, _width);
        _means = columns.Center();
        Parallel.For(0, _width, i =>
        {
            Span<double> column = columns[i];
            _deviations[i] = Math.Sqrt(TensorPrimitives.SumOfSquares<double>(column) / _count) + DeviationEpsilon;
            TensorPrimitives.Divide(column, _deviations[i], column);
            for (int image = 0; image < _count; image++)
                _sums[(training.Labels[image] * _width) + i] += column[image];
        });
        _products = columns.Products();
    }

    /// <summary>The share of validation images whose class is predicted right, with the default penalty.</summary>
    public static double Accuracy(LabeledFeatures training, LabeledFeatures validation, int classes) =>
        ClassScores.Accuracy(new RidgeProbe(training, classes).Scores(validation, Penalty), validation.Labels, classes);

    /// <summary>The scores of each query for each class, [V, C] row-major: about 1 for the right class, about 0 for others.</summary>
    public double[] Scores(LabeledFeatures queries, double penalty)
    {
        double[] weights = Solve(penalty); // [C, D]
        double[] scores = new double[queries.Labels.Count * _classes];
        Parallel.For(0, queries.Labels.Count, query =>
        {
            double[] row = new double[_width];
            TensorPrimitives.ConvertTruncating<float, double>(queries.Vectors.AsSpan(query * _width, _width), row);
            TensorPrimitives.Subtract(row, _means, row);
            TensorPrimitives.Divide(row, _deviations, row);
            for (int label = 0; label < _classes; label++)
                scores[(query * _classes) + label] = TensorPrimitives.Dot<double>(row, weights.AsSpan(label * _width, _width)) + _offsets[label];
        });
        return scores;
    }

    /// <summary>The weights, [C, D]. The penalty makes the matrix positive definite.</summary>
    private double[] Solve(double penalty)
    {
        double[] factor = [.. _products];
        for (int i = 0; i < _width; i++)
            factor[(i * _width) + i] += penalty * _count;

        SymmetricMatrix.Factor(factor, _width);
        double[] weights = [.. _sums];
        Parallel.For(0, _classes, label => SymmetricMatrix.Solve(factor, weights.AsSpan(label * _width, _width)));
        return weights;
    }
}
