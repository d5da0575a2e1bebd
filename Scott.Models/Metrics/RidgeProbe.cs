using System.Numerics.Tensors;

namespace Scott.Models.Metrics;

/// <summary>Ridge regression from standardized features to one-hot labels, in closed form. Fitted once, solved for each penalty.</summary>
internal sealed class RidgeProbe
{
    /// <summary>The default penalty on squared weights, per training image.</summary>
    public const double Penalty = 0.01;

    private readonly RidgeSystem _system;
    private readonly int _classes;
    /// <summary>[C]: the share of each class. It is the offset of the class, because the features have mean 0.</summary>
    private readonly double[] _offsets;
    /// <summary>[C, D]: the standardized features summed over each class's images.</summary>
    private readonly double[] _sums;

    public RidgeProbe(LabeledFeatures training, int classes, CancellationToken cancellationToken = default)
    {
        (int width, int count) = (training.Width, training.Labels.Count);
        (_classes, _offsets, _sums) = (classes, new double[classes], new double[classes * width]);
        _system = new RidgeSystem(training.Vectors, width, cancellationToken);
        foreach (int label in training.Labels)
            _offsets[label] += 1.0 / count;

        Parallel.For(0, width, new ParallelOptions { CancellationToken = cancellationToken }, i =>
        {
            Span<double> column = _system.Columns[i];
            for (int image = 0; image < count; image++)
                _sums[(training.Labels[image] * width) + i] += column[image];
        });
    }

    /// <summary>The share of validation images whose class is predicted right, with the default penalty.</summary>
    public static double Accuracy(
        LabeledFeatures training, LabeledFeatures validation, int classes, CancellationToken cancellationToken = default)
    {
        var probe = new RidgeProbe(training, classes, cancellationToken);
        return ClassScores.Accuracy(probe.Scores(validation, Penalty, cancellationToken), validation.Labels, classes);
    }

    /// <summary>The scores of each query for each class, [V, C] row-major: about 1 for the right class, about 0 for others.</summary>
    public double[] Scores(LabeledFeatures queries, double penalty, CancellationToken cancellationToken = default)
    {
        int width = _system.Columns.Width;
        double[] weights = _system.Solve(_sums, penalty, cancellationToken); // [C, D]
        double[] scores = new double[queries.Labels.Count * _classes];
        Parallel.For(0, queries.Labels.Count, new ParallelOptions { CancellationToken = cancellationToken }, query =>
        {
            double[] row = new double[width];
            TensorPrimitives.ConvertTruncating<float, double>(queries.Vectors.AsSpan(query * width, width), row);
            TensorPrimitives.Subtract(row, _system.Means, row);
            TensorPrimitives.Divide(row, _system.Deviations, row);
            for (int label = 0; label < _classes; label++)
                scores[(query * _classes) + label] = TensorPrimitives.Dot<double>(row, weights.AsSpan(label * width, width)) + _offsets[label];
        });
        return scores;
    }
}
