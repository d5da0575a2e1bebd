namespace Scott.Models.Imaging;

/// <summary>Encodes the first frame of a GIF again if its minimum code size is 9 to 11 bits. The format allows this, although colors have at most 8
/// bits, but Skia refuses it. The frame's place, interlacing and transparency stay the same; later frames are dropped.</summary>
internal static class GifRepair
{
    private const int HeaderBytes = 13;
    private const int FlagsAt = 10;
    private const int DescriptorBytes = 10;
    private const byte ExtensionMark = 0x21;
    private const byte ImageMark = 0x2c;
    private const byte TrailerMark = 0x3b;

    public static byte[]? Repair(ReadOnlySpan<byte> file, long maximumPixels)
    {
        if (FirstImage(file) is not { } image)
            return null;

        ReadOnlySpan<byte> descriptor = file.Slice(image, DescriptorBytes);
        long pixels = (long)BinaryPrimitives.ReadUInt16LittleEndian(descriptor[5..]) * BinaryPrimitives.ReadUInt16LittleEndian(descriptor[7..]);
        int codesAt = image + DescriptorBytes + PaletteBytes(descriptor[9]);
        if (codesAt >= file.Length || pixels > maximumPixels || file[codesAt] is <= GifLzw.LiteralBits or > GifLzw.MaximumLiteralBits)
            return null;

        int at = codesAt + 1;
        using var codes = new MemoryStream();
        CopyBlocks(file, ref at, codes);
        if (GifLzw.Decode(codes.GetBuffer().AsSpan(0, (int)codes.Length), file[codesAt], pixels) is not { } colors)
            return null;

        using var repaired = new MemoryStream();
        repaired.Write(file[..codesAt]);
        GifLzw.Encode(colors.GetBuffer().AsSpan(0, (int)colors.Length), repaired);
        repaired.WriteByte(TrailerMark);
        return repaired.ToArray();
    }

    /// <summary>Where the first image's descriptor begins, after any extensions.</summary>
    private static int? FirstImage(ReadOnlySpan<byte> file)
    {
        if (file.Length < HeaderBytes)
            return null;

        int at = HeaderBytes + PaletteBytes(file[FlagsAt]);
        while (at + DescriptorBytes <= file.Length && file[at] == ExtensionMark)
        {
            at += 2;
            CopyBlocks(file, ref at, Stream.Null);
        }

        return at + DescriptorBytes <= file.Length && file[at] == ImageMark ? at : null;
    }

    private static int PaletteBytes(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);

    /// <summary>Moves past a series of data blocks and copies their content. An empty block, or the end of the file, ends the series.</summary>
    private static void CopyBlocks(ReadOnlySpan<byte> file, ref int at, Stream target)
    {
        for (int length = -1; length != 0 && at < file.Length; at += 1 + length)
        {
            length = Math.Min(file[at], file.Length - at - 1);
            target.Write(file.Slice(at + 1, length));
        }
    }
}

/// <summary>A GIF's LZW codes (GIF89a, appendix F) of color numbers.</summary>
internal static class GifLzw
{
    public const int LiteralBits = 8; // the minimum code size that Encode writes
    public const int MaximumLiteralBits = MaximumCodeBits - 1; // codes begin one bit longer than color numbers
    private const int MaximumCodeBits = 12;
    private const int TableLength = 1 << MaximumCodeBits;
    private const int MaximumBlockBytes = 255;

    /// <summary>Decodes colors, up to a number of them; <see langword="null"/> if a code is not valid or a color is over 255.</summary>
    public static MemoryStream? Decode(ReadOnlySpan<byte> data, int literalBits, long pixels)
    {
        var colors = new MemoryStream();
        byte[][] table = new byte[TableLength][];
        for (int color = 0; color <= byte.MaxValue; color++)
            table[color] = [(byte)color];

        int clear = 1 << literalBits, next = clear + 2, width = literalBits + 1;
        byte[]? previous = null;
        for (long bit = 0; colors.Length < pixels && bit + width <= data.Length * 8L;)
        {
            int code = CodeAt(data, bit, width);
            bit += width;
            if (code == clear + 1)
                break;

            if (code == clear)
            {
                (next, width, previous) = (clear + 2, literalBits + 1, null);
                continue;
            }

            // A code may name the entry that is not complete yet: the previous string and its first color.
            bool isNew = code == next && previous is not null && next < TableLength;
            if ((isNew ? previous : code < next ? table[code] : null) is not { } start)
                return null;

            if (previous is not null && next < TableLength)
            {
                table[next++] = [.. previous, start[0]];
                width += next == 1 << width && width < MaximumCodeBits ? 1 : 0;
            }

            previous = table[code];
            colors.Write(previous, 0, (int)Math.Min(previous.Length, pixels - colors.Length));
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
            output.Write([(byte)block.Length, .. block]);

        output.WriteByte(0);

        void Add(int code)
        {
            bits |= (uint)code << count;
            for (count += CodeBits; count >= 8; count -= 8, bits >>= 8)
                packed.WriteByte((byte)bits);
        }
    }

    private static int CodeAt(ReadOnlySpan<byte> data, long bit, int width)
    {
        int at = (int)(bit / 8), value = 0;
        for (int i = Math.Min(at + 2, data.Length - 1); i >= at; i--)
            value = (value << 8) | data[i];

        return (value >> (int)(bit % 8)) & ((1 << width) - 1);
    }
}
