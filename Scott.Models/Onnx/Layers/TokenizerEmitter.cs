namespace Scott.Models.Onnx;

/// <summary>The tokenizers on whole images: [B, 3, S, S] → [B, D, G, G].</summary>
internal static class TokenizerEmitter
{
    private const int Kernel = BackboneLayout.TokenizerKernel;
    private const int Padding = Kernel / 2;

    private static readonly float[] BlurRow = [0.25f, 0.5f, 0.25f];

    public static string Emit(GraphBuilder builder, WeightEncoder weights, string images, ScottArchitecture architecture)
    {
        using IDisposable scope = builder.Within("tokenizer");
        if (architecture.Tokenizer == TokenizerKind.Vit)
            return EmitPatches(builder, weights, images, architecture.PatchPixels);

        string map = EmitStage(builder, weights, images, "tokenizer.tokenizer.0.weight", BackboneLayout.TokenizerChannels);
        return EmitStage(builder, weights, map, "tokenizer.tokenizer.3.weight", architecture.EmbeddingWidth);
    }

    /// <summary>ViT's tokenizer: one projection of each patch.</summary>
    private static string EmitPatches(GraphBuilder builder, WeightEncoder weights, string images, int patchPixels) => builder.Add(
        "Conv",
        [images, weights.Add("tokenizer.proj.weight"), weights.Add("tokenizer.proj.bias")],
        GraphBuilder.Attribute("kernel_shape", [patchPixels, patchPixels]),
        GraphBuilder.Attribute("strides", [patchPixels, patchPixels]));

    /// <summary>One of the SCOTT tokenizer's two stages: convolution 7×7 with stride 2, ReLU, pool.</summary>
    private static string EmitStage(GraphBuilder builder, WeightEncoder weights, string input, string weightName, int channels)
    {
        string convolved = builder.Add(
            "Conv",
            [input, weights.Add(weightName)],
            GraphBuilder.Attribute("kernel_shape", [Kernel, Kernel]),
            GraphBuilder.Attribute("strides", [2, 2]),
            GraphBuilder.Attribute("pads", [Padding, Padding, Padding, Padding]));
        return EmitMaxBlurPool(builder, builder.Add("Relu", [convolved]), channels);
    }

    /// <summary>Max-pool 2×2 with stride 1, then the fixed blur [1 2 1]⊗[1 2 1]/16 with stride 2: [B, C, H, W] → [B, C, H/2, W/2].</summary>
    private static string EmitMaxBlurPool(GraphBuilder builder, string input, int channels)
    {
        string pooled = builder.Add("MaxPool", [input], GraphBuilder.Attribute("kernel_shape", [2, 2]), GraphBuilder.Attribute("strides", [1, 1]));
        float[] kernel = [.. BlurRow.SelectMany(_ => BlurRow, (a, b) => a * b)];
        string weight = builder.Constant("blur", [.. Enumerable.Repeat(kernel, channels).SelectMany(values => values)], [channels, 1, 3, 3]);
        return builder.Add(
            "Conv",
            [pooled, weight],
            GraphBuilder.Attribute("kernel_shape", [3, 3]),
            GraphBuilder.Attribute("strides", [2, 2]),
            GraphBuilder.Attribute("pads", [1, 1, 1, 1]),
            GraphBuilder.Attribute("group", channels));
    }
}
