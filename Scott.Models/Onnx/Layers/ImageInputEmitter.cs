using DataType = Scott.Models.Onnx.Protobuf.TensorProto.Types.DataType;

namespace Scott.Models.Onnx;

/// <summary>The graph's input: images that are already normalized, or bytes that the graph normalizes.</summary>
internal static class ImageInputEmitter
{
    /// <summary>float [B, 3, H, W] or uint8 [B, H, W, 3] → [B, 3, H, W] in the graph's floating-point type.</summary>
    public static string Emit(GraphBuilder builder, PreprocessingSpec preprocessing, bool hasByteInput)
    {
        (int height, int width) = (preprocessing.ImageHeight, preprocessing.ImageWidth);
        using IDisposable scope = builder.Within("input");
        if (!hasByteInput)
        {
            builder.AddInput(GraphNames.Images, DataType.Float, 3, height, width);
            return builder.FloatType == DataType.Float ? GraphNames.Images : builder.Cast(GraphNames.Images, builder.FloatType);
        }

        builder.AddInput(GraphNames.Images, DataType.Uint8, height, width, 3);
        (RgbTriple mean, RgbTriple deviation) = (preprocessing.Mean, preprocessing.StandardDeviation);
        string scale = builder.Constant("scale", [1 / (255 * deviation.Red), 1 / (255 * deviation.Green), 1 / (255 * deviation.Blue)], [3, 1, 1]);
        string shift = builder.Constant("shift", [-mean.Red / deviation.Red, -mean.Green / deviation.Green, -mean.Blue / deviation.Blue], [3, 1, 1]);

        // Bytes are transposed before the cast: a quarter of the memory traffic.
        string planes = builder.Transpose(GraphNames.Images, 0, 3, 1, 2);
        return builder.Add("Add", [builder.Add("Mul", [builder.Cast(planes, builder.FloatType), scale]), shift]);
    }
}
