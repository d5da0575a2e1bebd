namespace Scott.Models.Tests.Imaging;

/// <summary>GIF files whose color numbers begin with any number of bits.</summary>
internal static class GifFiles
{
    private const int MaximumCodes = 4096;

    public static byte[] File(byte[] colors, int literalBits, GifFrame frame, int firstCode = -1)
    {
        using var file = new MemoryStream();
        int width = frame.Width + (2 * frame.Left), height = frame.Height + (2 * frame.Top);
        file.Write("GIF89a"u8);
        file.Write([(byte)width, (byte)(width >> 8), (byte)height, (byte)(height >> 8), 0xf7, 0, 0]);
        for (int i = 0; i < 256; i++)
            file.Write([(byte)i, (byte)(255 - i), (byte)(i * 5)]);

        file.Write([0x21, 0xfe, 4, (byte)'t', (byte)'e', (byte)'x', (byte)'t', 0]);
        if (frame.Transparent >= 0)
            file.Write([0x21, 0xf9, 4, 1, 0, 0, (byte)frame.Transparent, 0]);

        file.Write([0x2c, (byte)frame.Left, 0, (byte)frame.Top, 0]);
        file.Write([(byte)frame.Width, (byte)(frame.Width >> 8), (byte)frame.Height, (byte)(frame.Height >> 8)]);
        file.WriteByte((byte)(frame.IsInterlaced ? 0x40 : 0));
        file.WriteByte((byte)literalBits);
        foreach (byte[] block in Encode(colors, literalBits, firstCode).Chunk(255))
        {
            file.WriteByte((byte)block.Length);
            file.Write(block);
        }

        file.WriteByte(0);
        if (frame.HasTrailer)
            file.WriteByte(0x3b);

        return file.ToArray();
    }

    /// <summary>LZW as the format describes it, compressing; a full table is used for a while before it is cleared.</summary>
    private static byte[] Encode(byte[] colors, int literalBits, int firstCode)
    {
        const int CodesWithFullTable = 50;
        int clear = 1 << literalBits, next = clear + 2, width = literalBits + 1, full = 0;
        var table = new Dictionary<(int Prefix, byte Color), int>();
        List<byte> bytes = [];
        long bits = 0;
        int count = 0;
        void Write(int code)
        {
            bits |= (long)code << count;
            for (count += width; count >= 8; count -= 8, bits >>= 8)
                bytes.Add((byte)bits);
        }

        Write(clear);
        int current = firstCode >= 0 ? firstCode : colors[0];
        foreach (byte color in colors.AsSpan(1))
        {
            if (table.TryGetValue((current, color), out int known))
            {
                current = known;
                continue;
            }

            Write(current);
            if (next < MaximumCodes)
            {
                table.Add((current, color), next);
                width += next++ == 1 << width && width < 12 ? 1 : 0;
            }
            else if (++full == CodesWithFullTable)
            {
                Write(clear);
                table.Clear();
                (next, width, full) = (clear + 2, literalBits + 1, 0);
            }

            current = color;
        }

        Write(current);
        width += next == 1 << width && width < 12 ? 1 : 0;
        Write(clear + 1);
        if (count > 0)
            bytes.Add((byte)bits);

        return [.. bytes];
    }
}
