namespace Scott.Models.Weights;

/// <summary>Reads the bytes of a pickle's instructions, never past the end.</summary>
internal sealed class PickleBytes(string path, byte[] data)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The position of the next byte; after a pickle is read, of the byte behind its end.</summary>
    public int Position { get; private set; }
    public int Length => data.Length;

    public static object WholeNumber(ReadOnlySpan<byte> littleEndian)
    {
        if (littleEndian.Length > sizeof(long))
            return new PickleBigInteger(littleEndian.ToArray());

        long value = 0;
        for (int i = littleEndian.Length - 1; i >= 0; i--)
            value = (value << 8) | littleEndian[i];

        int unusedBits = 64 - (8 * littleEndian.Length);
        return littleEndian.IsEmpty ? 0L : value << unusedBits >> unusedBits;
    }

    /// <summary>Reads text up to the end of the line.</summary>
    public string Line()
    {
        int end = data.AsSpan(Position).IndexOf((byte)'\n');
        string line = Text(Take(end < 0 ? data.Length - Position + 1 : end));
        Take(1);
        return line;
    }

    public string Text(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return StrictUtf8.GetString(utf8);
        }
        catch (DecoderFallbackException exception)
        {
            throw new PyTorchCheckpointException(
                path, PyTorchCheckpointFault.MalformedPickle, "its pickle has text that is not UTF-8.", innerException: exception);
        }
    }

    /// <summary>Reads a length of <paramref name="prefixBytes"/> bytes, then as many bytes as it says.</summary>
    public ReadOnlySpan<byte> TakeLength(int prefixBytes)
    {
        ReadOnlySpan<byte> prefix = Take(prefixBytes);
        ulong length = prefixBytes switch
        {
            1 => prefix[0],
            4 => BinaryPrimitives.ReadUInt32LittleEndian(prefix),
            _ => BinaryPrimitives.ReadUInt64LittleEndian(prefix),
        };
        return Take(length > (ulong)data.Length ? data.Length + 1L : (long)length);
    }

    public ReadOnlySpan<byte> Take(long count)
    {
        if (count > data.Length - Position)
        {
            throw new PyTorchCheckpointException(
                path, PyTorchCheckpointFault.Truncated,
                $"its pickle ends early: {Plural.Of(count, "byte")} wanted at byte {Position} of {data.Length}.");
        }

        ReadOnlySpan<byte> taken = data.AsSpan(Position, (int)count);
        Position += (int)count;
        return taken;
    }

    /// <summary>Reads without a copy. The caller has checked that the bytes are there.</summary>
    public ReadOnlyMemory<byte> TakeMemory(int count)
    {
        ReadOnlyMemory<byte> taken = data.AsMemory(Position, count);
        Position += count;
        return taken;
    }
}
