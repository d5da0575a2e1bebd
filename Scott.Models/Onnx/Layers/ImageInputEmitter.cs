namespace Scott.Models.Onnx;

/// <summary>The graph's input: images that are already normalized, or bytes that the graph normalizes.</summary>
internal static class ImageInputEmitter
{
    /// <summary>float [B, C, H, W] or uint8 [B, H, W, C] → [B, C, H, W] in the graph's floating-point type.</summary>
    public static string Emit(GraphBuilder builder, PreprocessingSpec preprocessing, bool hasByteInput)
    {
        (int channels, int height, int width) = (preprocessing.ChannelCount, preprocessing.ImageHeight, preprocessing.ImageWidth);
        using IDisposable scope = builder.Within("input");
        if (!hasByteInput)
        {
            builder.AddInput(GraphNames.Images, OnnxDataType.Float, channels, height, width);
            return builder.FloatType == OnnxDataType.Float ? GraphNames.Images : builder.Cast(GraphNames.Images, builder.FloatType);
        }

        builder.AddInput(GraphNames.Images, OnnxDataType.Uint8, height, width, channels);
        (float[] mean, float[] deviation) = (preprocessing.ChannelMeans, preprocessing.ChannelDeviations);
        string scale = builder.Constant("scale", [.. deviation.Select(value => 1 / (255 * value))], [channels, 1, 1]);
        string shift = builder.Constant("shift", [.. mean.Zip(deviation, (subtracted, divisor) => -subtracted / divisor)], [channels, 1, 1]);

        // Bytes are transposed before the cast: a quarter of the memory traffic.
        string planes = builder.Transpose(GraphNames.Images, 0, 3, 1, 2);
        return builder.Add("Add", [builder.Add("Mul", [builder.Cast(planes, builder.FloatType), scale]), shift]);
    }
}
