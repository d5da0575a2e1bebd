namespace Scott.Models.Imaging;

/// <summary>
/// Completes a BMP whose pixels are all there: a palette that is shorter than the header claims, pixels that are said to begin before the palette
/// ends, a wrong file size where runs are coded, and a last row without its padding.
/// </summary>
internal static class BmpRepair
{
    private const int FileSizeAt = 2;
    private const int PixelStartAt = 10;
    private const int RowAlignment = 4;

    public static byte[]? Repair(ReadOnlySpan<byte> file)
    {
        if (!BmpHeader.TryRead(file, out BmpHeader header) || header.BitsPerPixel == 0)
            return null;

        long paletteEnd = header.PaletteStart + (header.Colors * header.BytesPerColor);
        bool hasPixelStart = header.PixelStart > header.PaletteStart || (header.PixelStart == header.PaletteStart && !header.HasPalette);
        long start = hasPixelStart ? header.PixelStart : paletteEnd;
        long colors = Math.Min(header.Colors, (start - header.PaletteStart) / header.BytesPerColor);
        if (start > file.Length || (header.HasPalette && colors == 0) || MissingPadding(file.Length - start, header) is not { } padding)
            return null;

        bool isSizeWrong = !header.IsUncompressed && BinaryPrimitives.ReadUInt32LittleEndian(file[FileSizeAt..]) != file.Length;
        if (start == header.PixelStart && colors == header.Colors && padding == 0 && !isSizeWrong)
            return null;

        return header.HasPalette ? WithPalette(file, header, (int)colors, (int)start, padding) : WithoutPalette(file, (int)start, padding);
    }

    /// <summary>The bytes that the last row's padding lacks, or <see langword="null"/> if pixels are missing too.</summary>
    private static int? MissingPadding(long available, in BmpHeader header)
    {
        if (!header.IsUncompressed)
            return 0;

        long row = (((long)header.Width * header.BitsPerPixel) + 7) / 8;
        long stride = (row + RowAlignment - 1) / RowAlignment * RowAlignment;
        Int128 missing = ((Int128)stride * Math.Abs((long)header.Height)) - available;
        return missing <= 0 ? 0 : missing <= stride - row ? (int)missing : null;
    }

    /// <summary>The same pixels behind a header of Windows 3 and as many colors as there are.</summary>
    private static byte[] WithPalette(ReadOnlySpan<byte> file, in BmpHeader header, int colors, int start, int padding)
    {
        const int PaletteStart = BmpHeader.FileHeaderBytes + BmpHeader.InfoBytes;
        const int BytesPerColor = 4;
        int newStart = PaletteStart + (colors * BytesPerColor), pixelBytes = file.Length - start + padding;
        byte[] repaired = new byte[newStart + pixelBytes];
        file[..PixelStartAt].CopyTo(repaired);
        WriteSizes(repaired, newStart);
        Span<byte> info = repaired.AsSpan(BmpHeader.FileHeaderBytes, BmpHeader.InfoBytes);
        BinaryPrimitives.WriteInt32LittleEndian(info, BmpHeader.InfoBytes);
        BinaryPrimitives.WriteInt32LittleEndian(info[4..], header.Width);
        BinaryPrimitives.WriteInt32LittleEndian(info[8..], header.Height);
        BinaryPrimitives.WriteInt16LittleEndian(info[12..], 1);
        BinaryPrimitives.WriteInt16LittleEndian(info[14..], (short)header.BitsPerPixel);
        BinaryPrimitives.WriteUInt32LittleEndian(info[16..], (uint)header.Compression);
        BinaryPrimitives.WriteInt32LittleEndian(info[20..], pixelBytes);
        BinaryPrimitives.WriteInt32LittleEndian(info[32..], colors);
        for (int i = 0; i < colors; i++)
            file.Slice(header.PaletteStart + (i * header.BytesPerColor), 3).CopyTo(repaired.AsSpan(PaletteStart + (i * BytesPerColor)));

        file[start..].CopyTo(repaired.AsSpan(newStart));
        return repaired;
    }

    private static byte[] WithoutPalette(ReadOnlySpan<byte> file, int start, int padding)
    {
        byte[] repaired = new byte[file.Length + padding];
        file.CopyTo(repaired);
        WriteSizes(repaired, start);
        return repaired;
    }

    private static void WriteSizes(Span<byte> file, int pixelStart)
    {
        BinaryPrimitives.WriteInt32LittleEndian(file[FileSizeAt..], file.Length);
        BinaryPrimitives.WriteInt32LittleEndian(file[PixelStartAt..], pixelStart);
    }
}
