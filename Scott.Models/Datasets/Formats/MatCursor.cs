namespace Scott.Models.Datasets;

/// <summary>What the bytes of an element are, by the numbers of MATLAB's description of the format (table 1-1).</summary>
internal enum MatDataType
{
    Int8 = 1,
    UInt8 = 2,
    Int16 = 3,
    UInt16 = 4,
    Int32 = 5,
    UInt32 = 6,
    Single = 7,
    Double = 9,
    Int64 = 12,
    UInt64 = 13,
    Matrix = 14,
    Compressed = 15,
    Utf8 = 16,
    Utf16 = 17,
    Utf32 = 18,
}

/// <summary>A tagged piece of a MATLAB 5 file.</summary>
internal readonly record struct MatElement(MatDataType Type, ReadOnlyMemory<byte> Data);

/// <summary>Steps through the elements of a MATLAB 5 file, or of one of its matrices.</summary>
internal sealed class MatCursor(ReadOnlyMemory<byte> bytes, bool isBigEndian, string path, int start = 0)
{
    private const int TagBytes = 8;
    private const int SmallDataBytes = 4;

    private int _at = start;

    public bool IsAtEnd => _at == bytes.Length;

    /// <summary>Steps through the elements of other bytes of the same file.</summary>
    public MatCursor Within(ReadOnlyMemory<byte> other) => new(other, isBigEndian, path);

    /// <exception cref="DatasetFormatException">The bytes end within the element, or it is of no known type.</exception>
    public MatElement Next()
    {
        Require(TagBytes);
        uint first = UInt32At(_at);

        // An element of 4 bytes or fewer has its length beside its type, and its data in the tag.
        uint smallBytes = first >> 16;
        uint type = smallBytes > 0 ? first & 0xffff : first;
        if (!Enum.IsDefined((MatDataType)type))
            throw Fault(DatasetFault.ElementType, $"an element is of type {type}, which MATLAB 5 files do not have.");

        return smallBytes > 0 ? TakeSmall((MatDataType)type, smallBytes) : Take((MatDataType)type, UInt32At(_at + 4));
    }

    /// <summary>The next element, which must be of one of these types.</summary>
    public ReadOnlyMemory<byte> Next(string what, params ReadOnlySpan<MatDataType> expected)
    {
        MatElement element = Next();
        return expected.Contains(element.Type)
            ? element.Data
            : throw Fault(DatasetFault.ElementType, $"{what} is of type {element.Type}; expected {string.Join(" or ", expected.ToArray())}.");
    }

    /// <summary>Decodes numbers. Whole numbers over 2⁵³ lose their last digits, as in MATLAB itself.</summary>
    /// <exception cref="DatasetFormatException">The type is not a type of numbers, or the bytes are not a multiple of its size.</exception>
    public double[] Decode(MatDataType type, ReadOnlyMemory<byte> data)
    {
        int size = type switch
        {
            MatDataType.Int8 or MatDataType.UInt8 => 1,
            MatDataType.Int16 or MatDataType.UInt16 => 2,
            MatDataType.Int32 or MatDataType.UInt32 or MatDataType.Single => 4,
            MatDataType.Int64 or MatDataType.UInt64 or MatDataType.Double => 8,
            _ => throw Fault(DatasetFault.ElementType, $"an array's values are of type {type}; expected one of numbers."),
        };
        if (data.Length % size != 0)
            throw Fault(DatasetFault.Shape, $"an element of type {type} has {Plural.Of(data.Length, "byte")}; expected a multiple of {size}.");

        double[] values = new double[data.Length / size];
        for (int i = 0; i < values.Length; i++)
            values[i] = Value(type, Bits(data.Span.Slice(i * size, size)));

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

    private ulong Bits(ReadOnlySpan<byte> number)
    {
        ulong bits = 0;
        for (int i = 0; i < number.Length; i++)
            bits = (bits << 8) | number[isBigEndian ? i : number.Length - 1 - i];

        return bits;
    }

    private MatElement TakeSmall(MatDataType type, uint length)
    {
        if (length > SmallDataBytes)
            throw Fault(DatasetFault.ElementType, $"a small element gives its length as {length}; expected 1 to {SmallDataBytes} bytes.");

        var element = new MatElement(type, bytes.Slice(_at + TagBytes - SmallDataBytes, (int)length));
        _at += TagBytes;
        return element;
    }

    private MatElement Take(MatDataType type, uint length)
    {
        Require(TagBytes + (long)length);
        var element = new MatElement(type, bytes.Slice(_at + TagBytes, (int)length));

        // Elements are padded to 8 bytes, but compressed ones are not; some writers leave the last padding out.
        long padding = type == MatDataType.Compressed ? 0 : -(long)length & 7;
        _at = (int)Math.Min(bytes.Length, _at + TagBytes + length + padding);
        return element;
    }

    private uint UInt32At(int offset) => (uint)Bits(bytes.Span.Slice(offset, sizeof(uint)));

    private void Require(long length)
    {
        if (length > bytes.Length - _at)
        {
            string element = $"an element of {Plural.Of(length, "byte")} begins where {bytes.Length - _at} are left";
            throw Fault(DatasetFault.Truncated, $"{element}. The file is incomplete. Fetch it again.");
        }
    }

    private DatasetFormatException Fault(DatasetFault fault, string detail) => new(path, fault, detail);
}
