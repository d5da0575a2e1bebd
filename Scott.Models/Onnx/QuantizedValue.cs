namespace Scott.Models.Onnx;

/// <summary>The names of an activation's unsigned 8-bit integers, their scale and their zero point in the graph.</summary>
internal readonly record struct QuantizedValue(string Values, string Scale, string ZeroPoint)
{
    /// <summary>Quantizes an activation with the scale of its range, or, without a range, with a scale of its values at run time.</summary>
    public static QuantizedValue Of(GraphBuilder builder, string input, ActivationRange? range)
    {
        if (range is not { } known)
        {
            string[] outputs = builder.AddSplit("DynamicQuantizeLinear", [input], 3); // values, scale, zero point
            return new QuantizedValue(outputs[0], outputs[1], outputs[2]);
        }

        (string scale, string zero) = AddConstants(builder, known);
        string values = builder.Add("QuantizeLinear", [input, scale, zero]);

        // 1 · scale: ONNX Runtime does not fold it into the product of the scales, and so still finds the pattern that it fuses.
        string one = builder.Initializer("one", OnnxDataType.Uint8, [], new byte[] { 1 });
        return new QuantizedValue(values, builder.Add("DequantizeLinear", [one, scale]), zero);
    }

    /// <summary>The scale and the zero point of a range as constants.</summary>
    public static (string Scale, string ZeroPoint) AddConstants(GraphBuilder builder, ActivationRange range) =>
        (builder.Scalar("scale", range.Scale), builder.Initializer("zero", OnnxDataType.Uint8, [], new[] { range.ZeroPoint }));
}
