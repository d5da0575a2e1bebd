using System.Numerics;
using System.Numerics.Tensors;

namespace Scott.Models.Torch;

/// <summary>
/// Converts a tensor's numbers to single precision, to compute with, and back. A tensor's element is a <see cref="float"/>, or a
/// <see cref="ushort"/> that holds a bfloat16 number: the upper half of a single-precision one.
/// </summary>
internal static class WorkingPrecision
{
    private const int Shift = 16;
    private const uint RoundingHalf = 0x7FFF;
    private const uint NotANumber = 0x7FC0;

    public static void Load<T>(ReadOnlySpan<T> elements, Span<float> values)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            MemoryMarshal.Cast<T, float>(elements).CopyTo(values);
            return;
        }

        ReadOnlySpan<ushort> halves = Halves(elements);
        int i = 0;
        for (; i <= halves.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            (Vector<float> lower, Vector<float> upper) = Widen(halves[i..]);
            lower.CopyTo(values[i..]);
            upper.CopyTo(values[(i + Vector<float>.Count)..]);
        }

        for (; i < halves.Length; i++)
            values[i] = Widen(halves[i]);
    }

    /// <summary>Adds each element to its sum.</summary>
    public static void Add<T>(ReadOnlySpan<T> elements, Span<float> sums)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            TensorPrimitives.Add(sums, MemoryMarshal.Cast<T, float>(elements), sums);
            return;
        }

        ReadOnlySpan<ushort> halves = Halves(elements);
        int i = 0;
        for (; i <= halves.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            (Vector<float> lower, Vector<float> upper) = Widen(halves[i..]);
            (lower + new Vector<float>(sums[i..])).CopyTo(sums[i..]);
            (upper + new Vector<float>(sums[(i + Vector<float>.Count)..])).CopyTo(sums[(i + Vector<float>.Count)..]);
        }

        for (; i < halves.Length; i++)
            sums[i] += Widen(halves[i]);
    }

    /// <summary>Rounds to nearest, half to even.</summary>
    public static void Store<T>(ReadOnlySpan<float> values, Span<T> elements)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            values.CopyTo(MemoryMarshal.Cast<T, float>(elements));
            return;
        }

        Span<ushort> halves = typeof(T) == typeof(ushort) ? MemoryMarshal.Cast<T, ushort>(elements) : throw NotHandled<T>();
        int i = 0;
        for (; i <= values.Length - Vector<ushort>.Count; i += Vector<ushort>.Count)
        {
            Vector<uint> lower = Round(new Vector<float>(values[i..]));
            Vector<uint> upper = Round(new Vector<float>(values[(i + Vector<float>.Count)..]));
            Vector.Narrow(lower, upper).CopyTo(halves[i..]);
        }

        for (; i < values.Length; i++)
            halves[i] = (ushort)Round(new Vector<float>(values[i]))[0];
    }

    private static ReadOnlySpan<ushort> Halves<T>(ReadOnlySpan<T> elements)
        where T : unmanaged => typeof(T) == typeof(ushort)
        ? MemoryMarshal.Cast<T, ushort>(elements)
        : throw NotHandled<T>();

    private static NotSupportedException NotHandled<T>() => new($"Elements are {typeof(T)}; expected float, or ushort for bfloat16.");

    private static float Widen(ushort half) => BitConverter.UInt32BitsToSingle((uint)half << Shift);

    private static (Vector<float> Lower, Vector<float> Upper) Widen(ReadOnlySpan<ushort> halves)
    {
        Vector.Widen(new Vector<ushort>(halves), out Vector<uint> lower, out Vector<uint> upper);
        return (Vector.AsVectorSingle(Vector.ShiftLeft(lower, Shift)), Vector.AsVectorSingle(Vector.ShiftLeft(upper, Shift)));
    }

    private static Vector<uint> Round(Vector<float> values)
    {
        Vector<uint> bits = Vector.AsVectorUInt32(values);
        Vector<uint> isOdd = Vector.ShiftRightLogical(bits, Shift) & Vector<uint>.One;
        Vector<uint> rounded = Vector.ShiftRightLogical(bits + new Vector<uint>(RoundingHalf) + isOdd, Shift);
        return Vector.ConditionalSelect(Vector.AsVectorUInt32(Vector.Equals(values, values)), rounded, new Vector<uint>(NotANumber));
    }
}
