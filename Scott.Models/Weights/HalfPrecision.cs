using System.Numerics;
using System.Numerics.Tensors;

namespace Scott.Models.Weights;

/// <summary>Converts between single and half precision.</summary>
internal static class HalfPrecision
{
    private const uint SignBit = 0x8000;
    private const int SignShift = 16;
    private const int FractionShift = 13; // A single has 23 bits of fraction, a half 10.
    private const uint SmallestInfinite = 0x7C00;
    private const uint InfiniteExponent = 0x7F800000;
    private const float ExponentScale = 5.192296858534828e33f; // 2^112: the difference of the exponents' biases.

    /// <summary>The bytes of the values as halves, rounded to nearest. Values beyond ±65 504 become infinite; no trained weight is near
    /// that.</summary>
    public static byte[] Narrow(ReadOnlySpan<float> values)
    {
        byte[] bytes = GC.AllocateUninitializedArray<byte>(2 * values.Length);
        TensorPrimitives.ConvertToHalf(values, MemoryMarshal.Cast<byte, Half>(bytes.AsSpan()));
        return bytes;
    }

    /// <summary>The values of halves, exactly.</summary>
    /// <remarks>
    /// Not by TensorPrimitives: an app's first model is converted before that is compiled with optimization. It took 27 ms for the weights of
    /// <c>scott-mini-112</c>, and this method 13, whose attribute has it compiled with optimization at once.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Widen(ReadOnlySpan<ushort> halves, Span<float> values)
    {
        values = values[..halves.Length];
        int i = 0;
        for (; i <= halves.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            Vector.Widen(new Vector<ushort>(halves[i..]), out Vector<uint> lower, out Vector<uint> upper);
            Widen(lower).CopyTo(values[i..]);
            Widen(upper).CopyTo(values[(i + Vector<float>.Count)..]);
        }

        for (; i < halves.Length; i++)
            values[i] = (float)BitConverter.UInt16BitsToHalf(halves[i]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Widen(Vector<uint> halves)
    {
        Vector<uint> sign = Vector.ShiftLeft(halves & new Vector<uint>(SignBit), SignShift);
        Vector<uint> size = halves & new Vector<uint>(SignBit - 1);

        // The bits of the half, in their places in a single, are a number that is too small by the scale; so are those of subnormal halves.
        Vector<float> scaled = Vector.AsVectorSingle(Vector.ShiftLeft(size, FractionShift)) * new Vector<float>(ExponentScale);
        Vector<uint> infinite = Vector.GreaterThanOrEqual(size, new Vector<uint>(SmallestInfinite)) & new Vector<uint>(InfiniteExponent);
        return Vector.AsVectorSingle(Vector.AsVectorUInt32(scaled) | infinite | sign);
    }
}
