using Scott.Models.Onnx.Protobuf;
using Scott.Models.Weights;

namespace Scott.Models.Onnx;

/// <summary>A linear layer on rows: [M, K] → [M, N], weight [N, K] as torch stores it.</summary>
internal static class LinearEmitter
{
    public static string Emit(GraphBuilder builder, WeightEncoder weights, string input, string weightName) =>
        weights.QuantizesLinears
            ? EmitQuantized(builder, weights[weightName], input)
            : Multiply(builder, weights, weights[weightName], input);

    /// <summary>A layer with a bias, never quantized, as the heads have it.</summary>
    /// <param name="builder">The graph.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="input">[M, K].</param>
    /// <param name="name">The layer's name in the state dict.</param>
    public static string EmitBiased(GraphBuilder builder, WeightEncoder weights, string input, string name) => builder.Add(
        "Gemm", [input, weights.Add(name + ".weight"), weights.Add(name + ".bias")], GraphBuilder.Attribute("transB", 1));

    /// <summary>A layer whose output is wanted in equal parts: [M, K] → parts × [M, N/parts].</summary>
    public static string[] EmitParts(GraphBuilder builder, WeightEncoder weights, string input, string weightName, int parts)
    {
        WeightTensor weight = weights[weightName];
        int width = (int)weight.Shape[0] / parts;
        if (weights.QuantizesLinears)
        {
            // One product and a split: the input is quantized once.
            long[] sizes = new long[parts];
            Array.Fill(sizes, width);
            return builder.AddSplit("Split", [EmitQuantized(builder, weight, input), builder.Constant("parts", sizes)], parts, GraphBuilder.Attribute("axis", 1));
        }

        // A product for each part saves copying the parts out of one, and its weights are rows that lie together already.
        return [.. Enumerable.Range(0, parts).Select(part => Multiply(builder, weights, weight.Rows(part * width, width), input))];
    }

    private static string Multiply(GraphBuilder builder, WeightEncoder weights, WeightTensor weight, string input) =>
        builder.Add("Gemm", [input, weights.Add(weight)], GraphBuilder.Attribute("transB", 1));

    /// <summary>The pattern that ONNX Runtime fuses into one operator: quantize the input, multiply integers, scale back.</summary>
    private static string EmitQuantized(GraphBuilder builder, WeightTensor weight, string input)
    {
        QuantizedMatrix matrix = QuantizedMatrix.FromRows(weight);
        string[] quantized = builder.AddSplit("DynamicQuantizeLinear", [input], 3); // values, scale, zero point
        string integers = builder.Initializer(weight.Name + ".int8", TensorProto.Types.DataType.Int8, [matrix.Inputs, matrix.Outputs], matrix.Values);
        string zeros = builder.Initializer(weight.Name + ".zero", TensorProto.Types.DataType.Int8, [matrix.Outputs], new byte[matrix.Outputs]);
        string scales = builder.Constant(weight.Name + ".scale", matrix.Scales, [matrix.Outputs]);
        string product = builder.Add("MatMulInteger", [quantized[0], integers, quantized[2], zeros]);
        string single = builder.Add("Cast", [product], GraphBuilder.Attribute("to", (long)TensorProto.Types.DataType.Float));
        return builder.Add("Mul", [single, builder.Add("Mul", [quantized[1], scales])]);
    }
}
