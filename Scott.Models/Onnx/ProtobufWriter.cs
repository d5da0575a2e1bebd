namespace Scott.Models.Onnx;

/// <summary>A message of the Protocol Buffers format.</summary>
internal interface IProtobufMessage
{
    /// <summary>Writes the fields in the order of their numbers.</summary>
    void Write(ProtobufWriter writer);
}

/// <summary>Fills all of the destination.</summary>
internal delegate void SpanAction(Span<byte> destination);

/// <summary>
/// Writes messages in the Protocol Buffers format; numbers of 0, empty texts and missing messages are left out, as proto3 does. Every message is
/// first counted by the same calls, because its length comes before it.
/// </summary>
/// <remarks>
/// The library Google.Protobuf writes the same bytes. It is not used here because its generated classes are 200 more methods that the just-in-time
/// compiler has to compile before an app's first vector. Format: protobuf.dev/programming-guides/encoding.
/// </remarks>
internal sealed class ProtobufWriter
{
    private const int VarintType = 0;
    private const int LengthType = 2;
    private const int FixedType = 5;
    private const int TypeBits = 3;
    private const int VarintBits = 7;
    private const ulong VarintMore = 1 << VarintBits;

    /// <summary><see langword="null"/> while counting.</summary>
    private readonly byte[]? _buffer;
    private long _position;

    private ProtobufWriter(byte[]? buffer) => _buffer = buffer;

    public static long Count(IProtobufMessage message)
    {
        var counter = new ProtobufWriter(null);
        message.Write(counter);
        return counter._position;
    }

    /// <exception cref="OverflowException">The message is larger than an array can be.</exception>
    public static byte[] ToArray(IProtobufMessage message)
    {
        byte[] bytes = GC.AllocateUninitializedArray<byte>(checked((int)Count(message)));
        message.Write(new ProtobufWriter(bytes));
        return bytes;
    }

    public void Number(int field, long value)
    {
        if (value != 0)
            NumberOrZero(field, value);
    }

    /// <summary>For a field whose reader tells 0 from absent.</summary>
    public void NumberOrZero(int field, long value)
    {
        Tag(field, VarintType);
        Varint((ulong)value);
    }

    public void SingleOrZero(int field, float value)
    {
        Tag(field, FixedType);
        if (_buffer is not null)
            BinaryPrimitives.WriteSingleLittleEndian(_buffer.AsSpan((int)_position), value);

        _position += sizeof(float);
    }

    /// <summary>Several numbers under one tag.</summary>
    public void Numbers(int field, IReadOnlyList<long> values)
    {
        if (values.Count == 0)
            return;

        var counter = new ProtobufWriter(null);
        counter.Varints(values);
        Tag(field, LengthType);
        Varint((ulong)counter._position);
        Varints(values);
    }

    public void Text(int field, string value)
    {
        if (value.Length > 0)
            TextOrEmpty(field, value);
    }

    /// <summary>For one of several texts, or a field whose reader tells an empty text from none.</summary>
    public void TextOrEmpty(int field, string value)
    {
        int length = Encoding.UTF8.GetByteCount(value);
        Tag(field, LengthType);
        Varint((ulong)length);
        if (_buffer is not null)
            Encoding.UTF8.GetBytes(value, _buffer.AsSpan((int)_position, length));

        _position += length;
    }

    /// <summary>Bytes that are asked for only when the message is written.</summary>
    public void Bytes(int field, long length, SpanAction copy)
    {
        if (length == 0)
            return;

        Tag(field, LengthType);
        Varint((ulong)length);
        if (_buffer is not null)
            copy(_buffer.AsSpan((int)_position, (int)length));

        _position += length;
    }

    public void Message(int field, IProtobufMessage? message)
    {
        if (message is null)
            return;

        Tag(field, LengthType);
        Varint((ulong)Count(message));
        message.Write(this);
    }

    public void Messages(int field, IReadOnlyList<IProtobufMessage> messages)
    {
        for (int i = 0; i < messages.Count; i++)
            Message(field, messages[i]);
    }

    public void Texts(int field, IReadOnlyList<string> texts)
    {
        for (int i = 0; i < texts.Count; i++)
            TextOrEmpty(field, texts[i]);
    }

    private void Tag(int field, int type) => Varint((ulong)((field << TypeBits) | type));

    private void Varints(IReadOnlyList<long> values)
    {
        for (int i = 0; i < values.Count; i++)
            Varint((ulong)values[i]);
    }

    private void Varint(ulong value)
    {
        for (; value >= VarintMore; value >>= VarintBits)
            Byte((byte)(value | VarintMore));

        Byte((byte)value);
    }

    private void Byte(byte value)
    {
        if (_buffer is not null)
            _buffer[_position] = value;

        _position++;
    }
}
