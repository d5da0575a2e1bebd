using Scott.Models.Weights;
using static Scott.Models.Onnx.GraphBuilder;

namespace Scott.Models.Onnx;

/// <summary>A linear layer on rows: [M, K] → [M, N], weight [N, K] as torch stores it.</summary>
internal static class LinearEmitter
{
    /// <summary>The layer with this name in the state dict, with a bias if it has one.</summary>
    public static string Emit(GraphBuilder builder, WeightEncoder weights, string input, string name)
    {
        WeightTensor weight = weights[name + ".weight"];
        WeightTensor? bias = weights.Find(name + ".bias");
        weights.Observe(weight.Name, input);
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
        weights.Observe(weight.Name, input);
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
        QuantizedValue quantized = QuantizedValue.Of(builder, input, weights.RangeOf(weight.Name));
        QuantizedWeight integers = WeightQuantizer.AddLinear(builder, weight);
        string product = builder.Add("MatMulInteger", [quantized.Values, integers.Values, quantized.ZeroPoint, integers.ZeroPoints]);
        string scale = builder.Add("Mul", [quantized.Scale, integers.Scales]);
        string scaled = builder.Add("Mul", [builder.Cast(product, OnnxDataType.Float), scale]);
        return bias is null ? scaled : builder.Add("Add", [scaled, weights.Add(bias)]);
    }
}
