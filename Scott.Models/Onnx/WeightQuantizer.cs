using System.Numerics.Tensors;
using Scott.Models.Weights;

namespace Scott.Models.Onnx;

/// <summary>Adds weights to a graph as signed 8-bit integers: symmetric, with one scale per output.</summary>
internal static class WeightQuantizer
{
    /// <summary>The largest quantized weight. With 127, processors with AVX2 but without VNNI would saturate: they add pairs of products in 16 bits,
    /// and activations reach 255. 2·255·63 fits, so every machine computes the same integers, but weights have one bit less.</summary>
    private const int LargestInteger = 63;

    /// <summary>A linear layer's weight [N, K] as integers [K, N], their scales [N], and their zero points [N].</summary>
    public static QuantizedWeight AddLinear(GraphBuilder builder, WeightTensor weight)
    {
        (int outputs, int inputs) = ((int)weight.Shape[0], (int)weight.Shape[1]);
        (byte[] values, float[] scales) = Quantize(weight);
        byte[] columns = new byte[values.Length];
        for (int output = 0; output < outputs; output++)
        {
            for (int input = 0; input < inputs; input++)
                columns[(input * outputs) + output] = values[(output * inputs) + input];
        }

        return Add(builder, weight.Name, columns, [inputs, outputs], scales);
    }

    /// <summary>A convolution's weight [N, C, k, k], its scales [N], and its zero points [N].</summary>
    public static QuantizedWeight AddConvolution(GraphBuilder builder, WeightTensor weight)
    {
        (byte[] values, float[] scales) = Quantize(weight);
        return Add(builder, weight.Name, values, weight.Shape, scales);
    }

    private static QuantizedWeight Add(GraphBuilder builder, string name, byte[] values, ReadOnlySpan<long> shape, float[] scales) => new(
        builder.Initializer(name + ".int8", OnnxDataType.Int8, shape, values),
        builder.Constant(name + ".scale", scales, [scales.Length]),
        builder.Initializer(name + ".zero", OnnxDataType.Int8, [scales.Length], new byte[scales.Length]));

    /// <summary>Rows [N, …] as integers in two's complement, and one scale per row.</summary>
    private static (byte[] Values, float[] Scales) Quantize(WeightTensor weight)
    {
        float[] rows = weight.ToArray();
        byte[] values = new byte[rows.Length];
        float[] scales = new float[(int)weight.Shape[0]];
        int length = rows.Length / scales.Length;
        for (int row = 0; row < scales.Length; row++)
        {
            float largest = Math.Abs(TensorPrimitives.MaxMagnitude<float>(rows.AsSpan(row * length, length)));
            if (!float.IsFinite(largest))
                throw new UnfitWeightException($"'{weight.Name}' holds {largest}, which 8-bit integers cannot hold. Keep single precision.");

            scales[row] = largest > 0 ? largest / LargestInteger : 1;
            for (int i = row * length; i < (row + 1) * length; i++)
                values[i] = (byte)(sbyte)MathF.Round(rows[i] / scales[row]);
        }

        return (values, scales);
    }
}

/// <summary>A weight does not fit the number format.</summary>
internal sealed class UnfitWeightException(string message) : InvalidOperationException(message);

/// <summary>The names of a quantized weight's integers, scales and zero points in the graph.</summary>
internal readonly record struct QuantizedWeight(string Values, string Scales, string ZeroPoints);
