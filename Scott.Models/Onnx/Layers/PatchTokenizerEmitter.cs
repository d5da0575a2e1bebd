namespace Scott.Models.Onnx;

/// <summary>ViT's tokenizer: one projection of each patch. [B, 3, S, S] → [B, D, G, G].</summary>
internal static class PatchTokenizerEmitter
{
    public static string Emit(GraphBuilder builder, WeightEncoder weights, string images, int patchPixels)
    {
        using IDisposable scope = builder.Within("tokenizer");
        return builder.Add(
            "Conv",
            [images, weights.Add("tokenizer.proj.weight"), weights.Add("tokenizer.proj.bias")],
            GraphBuilder.Attribute("kernel_shape", [patchPixels, patchPixels]),
            GraphBuilder.Attribute("strides", [patchPixels, patchPixels]));
    }
}
