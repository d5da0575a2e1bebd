using Scott.Models.Onnx.Protobuf;
using Scott.Models.Weights;

namespace Scott.Models.Onnx.Layers;

/// <summary>A linear layer without bias on rows: [M, K] → [M, N], weight [N, K] as torch stores it.</summary>
internal static class LinearEmitter
{
    public static string Emit(GraphBuilder builder, WeightEncoder weights, string input, string weightName) =>
        weights.QuantizesLinears
            ? EmitQuantized(builder, weights[weightName], input)
            : builder.Add("Gemm", [input, weights.Add(weightName)], GraphBuilder.Attribute("transB", 1));

    /// <summary>The pattern that ONNX Runtime fuses into one operator: quantise the input, multiply integers, scale back.</summary>
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
