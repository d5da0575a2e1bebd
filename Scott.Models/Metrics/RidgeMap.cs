using System.Numerics.Tensors;

namespace Scott.Models.Metrics;

/// <summary>Ridge regression from standardized vectors to other vectors. Fitted once, solved for each penalty.</summary>
internal sealed class RidgeMap
{
    private readonly RidgeSystem _system;
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
        (_system, _sums) = (new RidgeSystem(inputs, width, cancellationToken), new double[outputWidth * width]);
        var targets = new FeatureColumns(outputs, outputWidth);
        _outputMeans = targets.Center();
        Parallel.For(0, outputWidth, new ParallelOptions { CancellationToken = cancellationToken }, output =>
        {
            for (int i = 0; i < width; i++)
                _sums[(output * width) + i] = TensorPrimitives.Dot<double>(_system.Columns[i], targets[output]);
        });
    }

    /// <summary>The map for a penalty on squared weights, per pair: output = weights · input + offsets.</summary>
    /// <returns>The weights, [E, D], and the offsets, [E].</returns>
    public (float[] Weights, float[] Offsets) Solve(double penalty, CancellationToken cancellationToken)
    {
        int width = _system.Columns.Width;
        double[] weights = _system.Solve(_sums, penalty, cancellationToken);
        float[] offsets = new float[_outputMeans.Length];
        for (int output = 0; output < offsets.Length; output++)
        {
            Span<double> row = weights.AsSpan(output * width, width);
            TensorPrimitives.Divide(row, _system.Deviations, row);
            offsets[output] = (float)(_outputMeans[output] - TensorPrimitives.Dot<double>(row, _system.Means));
        }

        float[] rounded = new float[weights.Length];
        TensorPrimitives.ConvertTruncating<double, float>(weights, rounded);
        return (rounded, offsets);
    }
}
