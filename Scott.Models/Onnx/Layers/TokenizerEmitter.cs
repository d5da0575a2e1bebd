using static Scott.Models.Onnx.GraphBuilder;

namespace Scott.Models.Onnx;

/// <summary>The tokenizers on whole images: [B, 3, H, W] → [B, D, rows, columns].</summary>
internal static class TokenizerEmitter
{
    private const int Kernel = BackboneLayout.TokenizerKernel;
    /// <summary>Behind the name of a convolution's weight: the activation behind its ReLU.</summary>
    private const string OutputSuffix = ".relu";

    private static readonly float[] BlurRow = [0.25f, 0.5f, 0.25f];

    public static string Emit(GraphBuilder builder, WeightEncoder weights, string images, ScottArchitecture architecture)
    {
        using IDisposable scope = builder.Within("tokenizer");
        if (architecture.Tokenizer == TokenizerKind.Vit)
        {
            string[] inputs = [images, weights.Add(BackboneLayout.PatchProjectionName), weights.Add("tokenizer.proj.bias")];
            return Convolve(builder, inputs, architecture.PatchPixels, architecture.PatchPixels);
        }

        string map = EmitStage(builder, weights, images, BackboneLayout.FirstConvolutionName, BackboneLayout.TokenizerChannels);
        return EmitStage(builder, weights, map, "tokenizer.tokenizer.3.weight", architecture.EmbeddingWidth);
    }

    /// <summary>One of the SCOTT tokenizer's two stages: convolution 7×7 with stride 2, ReLU, max-pool 2×2 with stride 1, and the fixed blur [1 2
    /// 1]⊗[1 2 1]/16 with stride 2. [B, ., H, W] → [B, C, H/4, W/4].</summary>
    private static string EmitStage(GraphBuilder builder, WeightEncoder weights, string input, string weightName, int channels)
    {
        string map = EmitConvolution(builder, weights, input, weightName);
        string pooled = builder.Add("MaxPool", [map], Attribute("kernel_shape", [2, 2]), Attribute("strides", [1, 1]));
        float[] kernel = [.. BlurRow.SelectMany(_ => BlurRow, (a, b) => a * b)];
        string weight = builder.Constant("blur", [.. Enumerable.Repeat(kernel, channels).SelectMany(values => values)], [channels, 1, 3, 3]);
        return Convolve(builder, [pooled, weight], 3, 2, Pads(1), Attribute("group", channels));
    }

    /// <summary>Convolution and ReLU.</summary>
    private static string EmitConvolution(GraphBuilder builder, WeightEncoder weights, string input, string weightName)
    {
        string outputName = weightName + OutputSuffix;
        if (weights.QuantizesLinears && weights.RangeOf(weightName) is { } before && weights.RangeOf(outputName) is { } after)
            return EmitQuantized(builder, weights, input, weightName, before, after);

        string map = builder.Add("Relu", [Convolve(builder, [input, weights.Add(weightName)], Kernel, 2, Pads(Kernel / 2))]);
        weights.Observe(weightName, input);
        weights.Observe(outputName, map);
        return map;
    }

    /// <summary>Convolution and ReLU on integers. The smallest integer of the output stands for 0, so it is the ReLU as well.</summary>
    private static string EmitQuantized(
        GraphBuilder builder, WeightEncoder weights, string input, string weightName, ActivationRange before, ActivationRange after)
    {
        (string inputScale, string inputZero) = QuantizedValue.AddConstants(builder, before);
        (string scale, string zero) = QuantizedValue.AddConstants(builder, after);
        QuantizedWeight integers = WeightQuantizer.AddConvolution(builder, weights[weightName]);
        string values = builder.Add("QuantizeLinear", [input, inputScale, inputZero]);
        string[] inputs = [values, inputScale, inputZero, integers.Values, integers.Scales, integers.ZeroPoints, scale, zero];
        string map = builder.Add(
            "QLinearConv", inputs, Attribute("kernel_shape", [Kernel, Kernel]), Attribute("strides", [2, 2]), Pads(Kernel / 2));
        return builder.Add("DequantizeLinear", [map, scale, zero]);
    }

    /// <summary>Says which activation of a layer this is.</summary>
    public static string Explain(string activation) => activation.EndsWith(OutputSuffix, StringComparison.Ordinal)
        ? $"the output of '{activation[..^OutputSuffix.Length]}'"
        : $"the input of '{activation}'";

    private static string Convolve(
        GraphBuilder builder, string[] inputs, int kernel, int stride, params ReadOnlySpan<AttributeProto> further) =>
        builder.Add("Conv", inputs, [Attribute("kernel_shape", [kernel, kernel]), Attribute("strides", [stride, stride]), .. further]);

    private static AttributeProto Pads(int padding) => Attribute("pads", [padding, padding, padding, padding]);
}
