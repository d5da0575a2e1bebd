namespace Scott.Models.Imaging;

/// <summary>A GIF's LZW codes (GIF89a, appendix F) of color numbers.</summary>
internal static class GifLzw
{
    /// <summary>The bits that color numbers begin with in what <see cref="Encode"/> writes.</summary>
    public const int LiteralBits = 8;

    /// <summary>The most bits that color numbers can begin with: codes have at most 12, and begin one bit longer.</summary>
    public const int MaximumLiteralBits = MaximumCodeBits - 1;

    private const int MaximumCodeBits = 12;
    private const int TableLength = 1 << MaximumCodeBits;
    private const int MaximumBlockBytes = 255;

    /// <summary>Decodes colors, up to a number of them; <see langword="null"/> if a code makes no sense or a color is over 255.</summary>
    public static MemoryStream? Decode(ReadOnlySpan<byte> data, int literalBits, long pixels)
    {
        var colors = new MemoryStream();
        (short[] prefixes, byte[] lasts, byte[] text) = (new short[TableLength], new byte[TableLength], new byte[TableLength + 1]);
        int clear = 1 << literalBits, next = clear + 2, width = literalBits + 1, previous = -1;
        byte first = 0;
        for (long bit = 0; colors.Length < pixels && bit + width <= data.Length * 8L;)
        {
            int code = CodeAt(data, bit, width);
            bit += width;
            if (code == clear + 1)
                break;

            if (code == clear)
            {
                (next, width, previous) = (clear + 2, literalBits + 1, -1);
                continue;
            }

            // A code may name the entry that it completes: the string before, and its first color again.
            bool isNew = code == next && previous >= 0 && next < TableLength;
            if (!isNew && (code >= next || (code >= clear && previous < 0)))
                return null;

            text[^1] = first;
            int start = Expand(isNew ? previous : code, clear, prefixes, lasts, text.AsSpan(0, text.Length - (isNew ? 1 : 0)));
            if (start < 0)
                return null;

            first = text[start];
            colors.Write(text, start, (int)Math.Min(text.Length - start, pixels - colors.Length));
            if (previous >= 0 && next < TableLength)
            {
                (prefixes[next], lasts[next]) = ((short)previous, first);
                next++;
                width += next == 1 << width && width < MaximumCodeBits ? 1 : 0;
            }

            previous = code;
        }

        return colors;
    }

    /// <summary>Writes codes of 9 bits without compression: the table is cleared before codes grow, at 512 entries.</summary>
    public static void Encode(ReadOnlySpan<byte> colors, Stream output)
    {
        const int Clear = 1 << LiteralBits, End = Clear + 1, CodeBits = LiteralBits + 1, ColorsPerTable = (1 << CodeBits) - End - 2;
        var packed = new MemoryStream();
        (uint bits, int count) = (0, 0);
        for (int i = 0; i < colors.Length; i++)
        {
            if (i % ColorsPerTable == 0)
                Add(Clear);

            Add(colors[i]);
        }

        Add(End);
        Add(0); // pushes the last bits out
        output.WriteByte(LiteralBits);
        foreach (byte[] block in packed.ToArray().Chunk(MaximumBlockBytes))
        {
            output.WriteByte((byte)block.Length);
            output.Write(block);
        }

        output.WriteByte(0);

        void Add(int code)
        {
            bits |= (uint)code << count;
            for (count += CodeBits; count >= 8; count -= 8, bits >>= 8)
                packed.WriteByte((byte)bits);
        }
    }

    /// <summary>Writes a code's colors to the end of the text. Returns where they start, or -1 if a color is over 255.</summary>
    private static int Expand(int code, int clear, short[] prefixes, byte[] lasts, Span<byte> text)
    {
        int start = text.Length;
        for (; code > clear; code = prefixes[code])
            text[--start] = lasts[code];

        if (code > byte.MaxValue)
            return -1;

        text[--start] = (byte)code;
        return start;
    }

    private static int CodeAt(ReadOnlySpan<byte> data, long bit, int width)
    {
        int at = (int)(bit / 8), value = 0;
        for (int i = Math.Min(at + 2, data.Length - 1); i >= at; i--)
            value = (value << 8) | data[i];

        return (value >> (int)(bit % 8)) & ((1 << width) - 1);
    }
}
