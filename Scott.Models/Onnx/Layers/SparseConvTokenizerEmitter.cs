namespace Scott.Models.Onnx;

/// <summary>The SCOTT tokenizer on whole images: twice convolution 7×7 stride 2, ReLU, pool. [B, 3, S, S] → [B, D, G, G].</summary>
internal static class SparseConvTokenizerEmitter
{
    private const int Kernel = BackboneLayout.TokenizerKernel;
    private const int Padding = Kernel / 2;

    public static string Emit(GraphBuilder builder, WeightEncoder weights, string images, int width)
    {
        using IDisposable scope = builder.Within("tokenizer");
        string map = Stage(builder, weights, images, "tokenizer.tokenizer.0.weight", BackboneLayout.TokenizerChannels);
        return Stage(builder, weights, map, "tokenizer.tokenizer.3.weight", width);
    }

    private static string Stage(GraphBuilder builder, WeightEncoder weights, string input, string weightName, int channels)
    {
        string convolved = builder.Add(
            "Conv",
            [input, weights.Add(weightName)],
            GraphBuilder.Attribute("kernel_shape", [Kernel, Kernel]),
            GraphBuilder.Attribute("strides", [2, 2]),
            GraphBuilder.Attribute("pads", [Padding, Padding, Padding, Padding]));
        return MaxBlurPoolEmitter.Emit(builder, builder.Add("Relu", [convolved]), channels);
    }
}
