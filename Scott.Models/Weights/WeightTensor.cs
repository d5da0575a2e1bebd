using System.Numerics.Tensors;

namespace Scott.Models.Weights;

/// <summary>One named tensor: element type, shape and bytes, row-major and little-endian. Immutable and thread-safe.</summary>
public sealed class WeightTensor
{
    private readonly long[] _shape;

    internal WeightTensor(string name, TensorDType dtype, ReadOnlySpan<long> shape, ReadOnlyMemory<byte> data)
    {
        _shape = shape.ToArray();
        Name = name;
        DType = dtype;
        Data = data;
        ElementCount = data.Length / dtype.ElementBytes();
    }

    /// <summary>Its name in a state dict, for example <c>transformer.pos_embed</c>.</summary>
    public string Name { get; }

    /// <summary>Its element type.</summary>
    public TensorDType DType { get; }

    /// <summary>Its dimensions, outermost first; empty for a scalar.</summary>
    public ReadOnlySpan<long> Shape => _shape;

    /// <summary>The number of elements: the product of <see cref="Shape"/>.</summary>
    public int ElementCount { get; }

    /// <summary>Its bytes, without a copy. While you use a span of them, keep this tensor alive, for example with <c>GC.KeepAlive</c>.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>A tensor of single-precision values, which are copied.</summary>
    /// <param name="name">Its name, not empty.</param>
    /// <param name="shape">Its dimensions, outermost first; none is negative.</param>
    /// <param name="values">Its elements, row-major.</param>
    /// <exception cref="ArgumentException">The name is empty, a dimension is negative, or their product is not the number of values.</exception>
    public static WeightTensor Create(string name, ReadOnlySpan<long> shape, ReadOnlySpan<float> values)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Int128 expected = 1;
        foreach (long size in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(size, nameof(shape));
            expected = Int128.Min(expected, long.MaxValue) * size; // No product overflows, and one that is too large stays so.
        }

        return expected == values.Length
            ? new WeightTensor(name, TensorDType.Float32, shape, MemoryMarshal.AsBytes(values).ToArray())
            : throw new ArgumentException(
                $"'{name}' has {Plural.Of(values.Length, "value")}; its shape {Describe(shape)} needs {expected}.", nameof(values));
    }

    /// <summary>Writes the elements as single precision; F16, BF16 and F64 are converted.</summary>
    /// <param name="destination">Receives <see cref="ElementCount"/> values or more.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is shorter than <see cref="ElementCount"/>.</exception>
    /// <exception cref="InvalidOperationException">The element type is not a floating-point type.</exception>
    public void CopyTo(Span<float> destination)
    {
        if (destination.Length < ElementCount)
        {
            throw new ArgumentException(
                $"'{Name}' has {Plural.Of(ElementCount, "element")}; the destination has room for {destination.Length}.", nameof(destination));
        }

        ReadOnlySpan<byte> bytes = Data.Span;
        switch (DType)
        {
            case TensorDType.Float32:
                bytes.CopyTo(MemoryMarshal.AsBytes(destination));
                break;
            case TensorDType.Float16:
                HalfPrecision.Widen(MemoryMarshal.Cast<byte, ushort>(bytes), destination);
                break;
            case TensorDType.BFloat16:
                WidenBFloat16(MemoryMarshal.Cast<byte, ushort>(bytes), destination);
                break;
            case TensorDType.Float64:
                TensorPrimitives.ConvertTruncating<double, float>(MemoryMarshal.Cast<byte, double>(bytes), destination);
                break;
            default:
                throw new InvalidOperationException($"'{Name}' is {DType}; expected a floating-point tensor.");
        }

        GC.KeepAlive(this);
    }

    /// <summary>Copies the elements to a new array of single precision. See <see cref="CopyTo"/> for types and errors.</summary>
    public float[] ToArray()
    {
        float[] values = GC.AllocateUninitializedArray<float>(ElementCount);
        CopyTo(values);
        return values;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {DType} {Describe(_shape)}";

    /// <summary>Some rows of a matrix, without a copy. The name tells which rows.</summary>
    internal WeightTensor Rows(int first, int count)
    {
        long rowBytes = Data.Length / _shape[0];
        return new WeightTensor(
            FormattableString.Invariant($"{Name}[{first}:{first + count}]"), DType, [count, .. _shape.AsSpan(1)],
            Data.Slice((int)(first * rowBytes), (int)(count * rowBytes)));
    }

    /// <summary>The same in half precision, rounded to nearest.</summary>
    /// <exception cref="InvalidOperationException">A value is beyond ±65 504, or not a number.</exception>
    internal WeightTensor ToFloat16()
    {
        if (DType == TensorDType.Float16)
            return this;

        float[] values = ToArray();
        float largest = MathF.Abs(TensorPrimitives.MaxMagnitude<float>(values));
        return largest <= (float)Half.MaxValue
            ? new WeightTensor(Name, TensorDType.Float16, _shape, HalfPrecision.Narrow(values))
            : throw new InvalidOperationException(
                FormattableString.Invariant($"'{Name}' holds {largest}; half precision ends at {(float)Half.MaxValue}. Keep single precision."));
    }

    /// <summary>A shape as text, for example <c>[64, 3, 7, 7]</c>.</summary>
    internal static string Describe(ReadOnlySpan<long> shape) => $"[{string.Join(", ", shape.ToArray())}]";

    private static void WidenBFloat16(ReadOnlySpan<ushort> source, Span<float> destination)
    {
        Span<uint> bits = MemoryMarshal.Cast<float, uint>(destination);
        for (int i = 0; i < source.Length; i++)
            bits[i] = (uint)source[i] << 16;
    }
}
