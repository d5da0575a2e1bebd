using Scott.Models.Onnx.Protobuf;

namespace Scott.Models.Onnx;

/// <summary>The graph's input: normalized images as they are, or bytes that the graph normalizes itself.</summary>
internal static class ImageInputEmitter
{
    /// <summary>float [B, 3, S, S] or uint8 [B, S, S, 3] → [B, 3, S, S] in the graph's floating-point type.</summary>
    public static string Emit(GraphBuilder builder, PreprocessingSpec preprocessing, bool hasByteInput)
    {
        int side = preprocessing.ImagePixels;
        AttributeProto toFloat = GraphBuilder.Attribute("to", (long)builder.FloatType);
        using IDisposable scope = builder.Within("input");
        if (!hasByteInput)
        {
            builder.AddInput(GraphNames.Images, TensorProto.Types.DataType.Float, 3, side, side);
            return builder.FloatType == TensorProto.Types.DataType.Float ? GraphNames.Images : builder.Add("Cast", [GraphNames.Images], toFloat);
        }

        builder.AddInput(GraphNames.Images, TensorProto.Types.DataType.Uint8, side, side, 3);
        (RgbTriple mean, RgbTriple deviation) = (preprocessing.Mean, preprocessing.StandardDeviation);
        string scale = builder.Constant("scale", [1 / (255 * deviation.Red), 1 / (255 * deviation.Green), 1 / (255 * deviation.Blue)], [3, 1, 1]);
        string shift = builder.Constant("shift", [-mean.Red / deviation.Red, -mean.Green / deviation.Green, -mean.Blue / deviation.Blue], [3, 1, 1]);

        // Moved as bytes: a quarter of the memory traffic.
        string planes = builder.Add("Transpose", [GraphNames.Images], GraphBuilder.Attribute("perm", [0, 3, 1, 2]));
        return builder.Add("Add", [builder.Add("Mul", [builder.Add("Cast", [planes], toFloat), scale]), shift]);
    }
}
