using System.Numerics.Tensors;
using Scott.Models.Weights;

namespace Scott.Models.Onnx;

/// <summary>A linear layer's weights in 8-bit integers, symmetric, one scale per output.</summary>
/// <param name="Inputs">K.</param>
/// <param name="Outputs">N.</param>
/// <param name="Values">[K, N], row-major, −<see cref="Largest"/> to <see cref="Largest"/>, as two's complement bytes.</param>
/// <param name="Scales">[N].</param>
internal sealed record QuantizedMatrix(int Inputs, int Outputs, byte[] Values, float[] Scales)
{
    /// <summary>
    /// Not 127: processors with AVX2 but without VNNI add pairs of products in 16 bits and saturate, which spoils the result without a word.
    /// Activations reach 255, and 2·255·64 still fits. So every machine computes the same integers, at the price of one bit.
    /// </summary>
    private const int Largest = 63;

    /// <summary>Quantizes a weight [N, K], as torch stores it.</summary>
    public static QuantizedMatrix FromRows(WeightTensor weight)
    {
        int outputs = (int)weight.Shape[0];
        int inputs = (int)weight.Shape[1];
        float[] rows = weight.ToArray();
        byte[] values = new byte[rows.Length];
        float[] scales = new float[outputs];
        for (int output = 0; output < outputs; output++)
        {
            ReadOnlySpan<float> row = rows.AsSpan(output * inputs, inputs);
            float largest = Math.Abs(TensorPrimitives.MaxMagnitude(row));
            scales[output] = largest > 0 ? largest / Largest : 1;
            for (int input = 0; input < inputs; input++)
            {
                values[(input * outputs) + output] = (byte)(sbyte)MathF.Round(row[input] / scales[output]);
            }
        }

        return new QuantizedMatrix(inputs, outputs, values, scales);
    }
}
