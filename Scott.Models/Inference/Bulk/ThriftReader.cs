namespace Scott.Models.Inference;

/// <summary>Reads the compact protocol of Thrift, in which Parquet writes its metadata. It never reads past the end of its bytes.</summary>
/// <remarks>https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md. Every fault is an <see cref="InvalidDataException"/>.
/// </remarks>
internal ref struct ThriftReader(ReadOnlySpan<byte> bytes)
{
    private const int DeepestValue = 16;
    private const int LongestVarint = 64;
    private const int LongForm = 15;

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>How many bytes are read.</summary>
    public int Position { get; private set; }

    /// <summary>Reads the header of the next field of a structure.</summary>
    /// <param name="field">The field before it, 0 at the start; then the field.</param>
    /// <param name="type">The type of its value.</param>
    /// <returns><see langword="false"/> at the end of the structure.</returns>
    public bool NextField(ref int field, out ThriftType type)
    {
        byte header = ReadByte();
        type = (ThriftType)(header & 15);
        if (type == ThriftType.Stop)
            return false;

        field = header >> 4 is > 0 and int step ? field + step : (short)ReadInteger();
        return true;
    }

    public byte ReadByte() => Position < _bytes.Length ? _bytes[Position++] : throw EndsEarly();

    /// <summary>Reads a signed whole number of any width.</summary>
    public long ReadInteger()
    {
        ulong zigzag = ReadVarint();
        return (long)(zigzag >> 1) ^ -(long)(zigzag & 1);
    }

    public ulong ReadVarint()
    {
        ulong value = 0;
        for (int shift = 0; shift < LongestVarint; shift += 7)
        {
            byte part = ReadByte();
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
                return value;
        }

        throw new InvalidDataException("a number has more than 64 bits");
    }

    public ReadOnlySpan<byte> ReadBytes()
    {
        ulong length = ReadVarint();
        if (length > (ulong)(_bytes.Length - Position))
            throw EndsEarly();

        ReadOnlySpan<byte> value = _bytes.Slice(Position, (int)length);
        Position += (int)length;
        return value;
    }

    /// <summary>Reads the header of a list or a set.</summary>
    /// <returns>The number of its elements, which is at most the number of the bytes that are left.</returns>
    public int ReadList(out ThriftType element)
    {
        byte header = ReadByte();
        element = (ThriftType)(header & 15);
        ulong count = header >> 4 is < LongForm and int small ? (ulong)small : ReadVarint();
        return count <= (ulong)(_bytes.Length - Position) ? (int)count : throw EndsEarly();
    }

    /// <summary>Passes over the value of a field.</summary>
    public void Skip(ThriftType type) => Skip(type, isElement: false, depth: 0);

    private void Skip(ThriftType type, bool isElement, int depth)
    {
        if (depth > DeepestValue)
            throw new InvalidDataException("its values are nested too deeply");

        switch (type)
        {
            case ThriftType.True or ThriftType.False when !isElement:
                return;
            case ThriftType.True or ThriftType.False or ThriftType.Byte:
                ReadByte();
                return;
            case ThriftType.Int16 or ThriftType.Int32 or ThriftType.Int64:
                ReadVarint();
                return;
            case ThriftType.Double:
                for (int i = 0; i < sizeof(double); i++)
                    ReadByte();

                return;
            case ThriftType.Binary:
                ReadBytes();
                return;
            case ThriftType.List or ThriftType.Set:
                for (int count = ReadList(out ThriftType element); count > 0; count--)
                    Skip(element, isElement: true, depth + 1);

                return;
            case ThriftType.Structure:
                for (int field = 0; NextField(ref field, out ThriftType inner);)
                    Skip(inner, isElement: false, depth + 1);

                return;
            default: // Parquet has no maps.
                throw new InvalidDataException($"it has a value of the unknown type {(int)type}");
        }
    }

    private static InvalidDataException EndsEarly() => new("it ends early");
}

/// <summary>The types of values.</summary>
internal enum ThriftType
{
    Stop = 0,
    True = 1,
    False = 2,
    Byte = 3,
    Int16 = 4,
    Int32 = 5,
    Int64 = 6,
    Double = 7,
    Binary = 8,
    List = 9,
    Set = 10,
    Structure = 12,
}
