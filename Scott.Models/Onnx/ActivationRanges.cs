namespace Scott.Models.Onnx;

/// <summary>The ranges of a model's activations, measured on images: with them a graph's 8-bit scales are constants. By the name of the layer that
/// takes or gives the activations.</summary>
internal sealed class ActivationRanges(IReadOnlyDictionary<string, ActivationRange> ranges)
{
    /// <summary>The range of an activation, or <see langword="null"/> if it was not measured.</summary>
    public ActivationRange? Find(string name) => ranges.TryGetValue(name, out ActivationRange range) ? range : null;
}

/// <summary>The range of an activation, as the scale and the zero point of its unsigned 8-bit integers. It always includes 0, which padding
/// needs.</summary>
internal readonly record struct ActivationRange(float Minimum, float Maximum)
{
    private const int Steps = byte.MaxValue;

    /// <summary>The value of one step.</summary>
    public float Scale => High > Low ? (High - Low) / Steps : 1;

    /// <summary>The integer that stands for 0.</summary>
    public byte ZeroPoint => (byte)Math.Clamp(MathF.Round(-Low / Scale), 0, Steps);

    private float Low => Math.Min(Minimum, 0);
    private float High => Math.Max(Maximum, 0);
}
