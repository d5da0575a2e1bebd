using System.Numerics.Tensors;

namespace Scott.Models.Weights;

/// <summary>Converts single to half precision, rounded to nearest.</summary>
internal static class HalfPrecision
{
    /// <summary>The bytes of the values as halves. Values beyond ±65 504 become infinite; no trained weight is near that.</summary>
    public static byte[] Narrow(ReadOnlySpan<float> values)
    {
        byte[] bytes = GC.AllocateUninitializedArray<byte>(2 * values.Length);
        TensorPrimitives.ConvertToHalf(values, MemoryMarshal.Cast<byte, Half>(bytes.AsSpan()));
        return bytes;
    }
}
