namespace Scott.Models.Imaging;

/// <summary>
/// Codes the first frame of a GIF again if its codes begin at 9 to 11 bits, which the format allows though colors have at most 8, and which Skia
/// refuses. Everything else about the frame, such as its place, interlacing and transparency, stays as it is; later frames are dropped.
/// </summary>
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

        int end = codesAt + 1;
        using var codes = new MemoryStream();
        while (TryReadBlock(file, ref end, out ReadOnlySpan<byte> block) && !block.IsEmpty)
            codes.Write(block);

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
            while (TryReadBlock(file, ref at, out ReadOnlySpan<byte> block) && !block.IsEmpty)
            {
            }
        }

        return at + DescriptorBytes <= file.Length && file[at] == ImageMark ? at : null;
    }

    private static int PaletteBytes(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1);

    /// <summary>The next block of data, as much as there is of it; an empty one ends a series. False at the end of the file.</summary>
    private static bool TryReadBlock(ReadOnlySpan<byte> file, ref int at, out ReadOnlySpan<byte> block)
    {
        block = default;
        if (at >= file.Length)
            return false;

        int length = Math.Min(file[at], file.Length - at - 1);
        block = file.Slice(at + 1, length);
        at += 1 + length;
        return true;
    }
}
