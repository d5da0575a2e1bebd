using System.Numerics.Tensors;
using Scott.Models.Weights;
using static Scott.Models.Onnx.GraphBuilder;
using DataType = Scott.Models.Onnx.Protobuf.TensorProto.Types.DataType;

namespace Scott.Models.Onnx;

/// <summary>A linear layer on rows: [M, K] → [M, N], weight [N, K] as torch stores it.</summary>
internal static class LinearEmitter
{
    /// <summary>The largest quantized weight. With 127, processors with AVX2 but without VNNI would saturate: they add pairs of products in 16 bits,
    /// and activations reach 255. 2·255·63 fits, so every machine computes the same integers, but weights have one bit less.</summary>
    private const int LargestInteger = 63;

    /// <summary>The layer with this name in the state dict, with a bias if it has one.</summary>
    public static string Emit(GraphBuilder builder, WeightEncoder weights, string input, string name)
    {
        WeightTensor weight = weights[name + ".weight"];
        WeightTensor? bias = weights.Find(name + ".bias");
        return weights.QuantizesLinears
            ? EmitQuantized(builder, weights, weight, bias, input)
            : Multiply(builder, weights, weight, bias, input);
    }

    /// <summary>A layer with its output in equal parts: [M, K] → parts × [M, N/parts].</summary>
    public static string[] EmitParts(GraphBuilder builder, WeightEncoder weights, string input, string name, int parts)
    {
        WeightTensor weight = weights[name + ".weight"];
        WeightTensor? bias = weights.Find(name + ".bias");
        int width = (int)weight.Shape[0] / parts;
        if (weights.QuantizesLinears)
        {
            // One product and a split: the input is quantized once.
            string product = EmitQuantized(builder, weights, weight, bias, input);
            string sizes = builder.Constant("parts", [.. Enumerable.Repeat((long)width, parts)]);
            return builder.AddSplit("Split", [product, sizes], parts, Attribute("axis", 1));
        }

        // A product for each part: no copy of the output, and the part's weights are consecutive rows already.
        return [.. Enumerable.Range(0, parts).Select(part =>
            Multiply(builder, weights, weight.Rows(part * width, width), bias?.Rows(part * width, width), input))];
    }

    private static string Multiply(GraphBuilder builder, WeightEncoder weights, WeightTensor weight, WeightTensor? bias, string input) =>
        builder.Add("Gemm", bias is null ? [input, weights.Add(weight)] : [input, weights.Add(weight), weights.Add(bias)], Attribute("transB", 1));

    /// <summary>The pattern that ONNX Runtime fuses into one operator: quantize the input, multiply integers, scale back, add the bias.</summary>
    private static string EmitQuantized(GraphBuilder builder, WeightEncoder weights, WeightTensor weight, WeightTensor? bias, string input)
    {
        (int outputs, int inputs) = ((int)weight.Shape[0], (int)weight.Shape[1]);
        (byte[] values, float[] scales) = Quantize(weight.ToArray(), outputs, inputs);
        string[] quantized = builder.AddSplit("DynamicQuantizeLinear", [input], 3); // values, scale, zero point
        string integers = builder.Initializer(weight.Name + ".int8", DataType.Int8, [inputs, outputs], values);
        string zeros = builder.Initializer(weight.Name + ".zero", DataType.Int8, [outputs], new byte[outputs]);
        string scale = builder.Constant(weight.Name + ".scale", scales, [outputs]);
        string product = builder.Add("MatMulInteger", [quantized[0], integers, quantized[2], zeros]);
        string scaled = builder.Add("Mul", [builder.Cast(product, DataType.Float), builder.Add("Mul", [quantized[1], scale])]);
        return bias is null ? scaled : builder.Add("Add", [scaled, weights.Add(bias)]);
    }

    /// <summary>Rows [N, K] as 8-bit integers [K, N] in two's complement, symmetric, with one scale per output [N].</summary>
    private static (byte[] Values, float[] Scales) Quantize(float[] rows, int outputs, int inputs)
    {
        byte[] values = new byte[rows.Length];
        float[] scales = new float[outputs];
        for (int output = 0; output < outputs; output++)
        {
            ReadOnlySpan<float> row = rows.AsSpan(output * inputs, inputs);
            float largest = Math.Abs(TensorPrimitives.MaxMagnitude(row));
            scales[output] = largest > 0 ? largest / LargestInteger : 1;
            for (int input = 0; input < inputs; input++)
                values[(input * outputs) + output] = (byte)(sbyte)MathF.Round(row[input] / scales[output]);
        }

        return (values, scales);
    }
}
