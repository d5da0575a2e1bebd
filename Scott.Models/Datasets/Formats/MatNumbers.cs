namespace Scott.Models.Datasets;

/// <summary>Decodes the numbers of a MATLAB 5 file. Whole numbers over 2⁵³ lose their last digits, as in MATLAB itself.</summary>
internal sealed class MatNumbers(bool isBigEndian, string path)
{
    /// <exception cref="DatasetFormatException">The type is none of numbers, or the bytes are no multiple of its size.</exception>
    public double[] Decode(MatDataType type, ReadOnlyMemory<byte> data)
    {
        int size = BytesOf(type);
        if (data.Length % size != 0)
        {
            throw new DatasetFormatException(path, DatasetFault.Shape, $"an element of type {type} has {Plural.Of(data.Length, "byte")}; expected a multiple of {size}.");
        }

        double[] values = new double[data.Length / size];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Value(type, Bits(data.Span.Slice(i * size, size)));
        }

        return values;
    }

    private static double Value(MatDataType type, ulong bits) => type switch
    {
        MatDataType.Int8 => (sbyte)bits,
        MatDataType.Int16 => (short)bits,
        MatDataType.Int32 => (int)bits,
        MatDataType.Int64 => (long)bits,
        MatDataType.Single => BitConverter.UInt32BitsToSingle((uint)bits),
        MatDataType.Double => BitConverter.UInt64BitsToDouble(bits),
        _ => bits,
    };

    private ulong Bits(ReadOnlySpan<byte> bytes)
    {
        ulong bits = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            bits = (bits << 8) | bytes[isBigEndian ? i : bytes.Length - 1 - i];
        }

        return bits;
    }

    private int BytesOf(MatDataType type) => type switch
    {
        MatDataType.Int8 or MatDataType.UInt8 => 1,
        MatDataType.Int16 or MatDataType.UInt16 => 2,
        MatDataType.Int32 or MatDataType.UInt32 or MatDataType.Single => 4,
        MatDataType.Int64 or MatDataType.UInt64 or MatDataType.Double => 8,
        _ => throw new DatasetFormatException(path, DatasetFault.ElementType, $"an array's values are of type {type}; expected one of numbers."),
    };
}
