using System.Numerics.Tensors;

namespace Scott.Models.Metrics;

/// <summary>Ridge regression from standardized vectors to other vectors, in closed form (Hoerl and Kennard, "Ridge Regression", 1970). Fitted once,
/// solved for each penalty.</summary>
internal sealed class RidgeMap
{
    private const double DeviationEpsilon = 1e-6;

    private readonly int _count;
    private readonly int _width;
    private readonly double[] _means;
    private readonly double[] _deviations;
    /// <summary>[D, D]: the standardized inputs' products with each other, summed over the pairs.</summary>
    private readonly double[] _products;
    private readonly double[] _outputMeans;
    /// <summary>[E, D]: the centered outputs' products with the standardized inputs, summed over the pairs.</summary>
    private readonly double[] _sums;

    /// <param name="inputs">[M, D].</param>
    /// <param name="width">D.</param>
    /// <param name="outputs">[M, E].</param>
    /// <param name="outputWidth">E.</param>
    /// <param name="cancellationToken">Checked for each dimension.</param>
    public RidgeMap(float[] inputs, int width, float[] outputs, int outputWidth, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { CancellationToken = cancellationToken };
        var columns = new FeatureColumns(inputs, width);
        var targets = new FeatureColumns(outputs, outputWidth);
        (_count, _width, _deviations, _sums) = (columns.Count, width, new double[width], new double[outputWidth * width]);
        (_means, _outputMeans) = (columns.Center(), targets.Center());
        Parallel.For(0, width, options, i =>
        {
            Span<double> column = columns[i];
            _deviations[i] = Math.Sqrt(TensorPrimitives.SumOfSquares<double>(column) / _count) + DeviationEpsilon;
            TensorPrimitives.Divide(column, _deviations[i], column);
        });
        Parallel.For(0, outputWidth, options, output =>
        {
            for (int i = 0; i < width; i++)
                _sums[(output * width) + i] = TensorPrimitives.Dot<double>(columns[i], targets[output]);
        });
        cancellationToken.ThrowIfCancellationRequested();
        _products = columns.Products();
    }

    /// <summary>The map for a penalty on squared weights, per pair: output = weights · input + offsets.</summary>
    /// <returns>The weights, [E, D], and the offsets, [E].</returns>
    public (float[] Weights, float[] Offsets) Solve(double penalty)
    {
        double[] factor = [.. _products];
        for (int i = 0; i < _width; i++)
            factor[(i * _width) + i] += penalty * _count;

        SymmetricMatrix.Factor(factor, _width);
        double[] weights = [.. _sums];
        float[] offsets = new float[_outputMeans.Length];
        Parallel.For(0, offsets.Length, output =>
        {
            Span<double> row = weights.AsSpan(output * _width, _width);
            SymmetricMatrix.Solve(factor, row);
            TensorPrimitives.Divide(row, _deviations, row);
            offsets[output] = (float)(_outputMeans[output] - TensorPrimitives.Dot<double>(row, _means));
        });
        float[] rounded = new float[weights.Length];
        TensorPrimitives.ConvertTruncating<double, float>(weights, rounded);
        return (rounded, offsets);
    }
}
