namespace Scott.Models.Onnx;

/// <summary>Max-pool 2×2 with stride 1, then the fixed blur [1 2 1]⊗[1 2 1]/16 with stride 2: [B, C, H, W] → [B, C, H/2, W/2].</summary>
internal static class MaxBlurPoolEmitter
{
    private static readonly float[] Row = [0.25f, 0.5f, 0.25f];

    public static string Emit(GraphBuilder builder, string input, int channels)
    {
        string pooled = builder.Add("MaxPool", [input], GraphBuilder.Attribute("kernel_shape", [2, 2]), GraphBuilder.Attribute("strides", [1, 1]));
        float[] kernel = [.. Row.SelectMany(_ => Row, (a, b) => a * b)];
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
