namespace Scott.Models.Imaging;

/// <summary>Repairs a BMP that has all its pixels, but a palette shorter than its header says, pixels that begin before the end of the palette, a
/// wrong file size with run-length coding, or a last row without padding.</summary>
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

    /// <summary>The number of padding bytes that the last row lacks, or <see langword="null"/> if pixels are missing too.</summary>
    private static int? MissingPadding(long available, in BmpHeader header)
    {
        if (!header.IsUncompressed)
            return 0;

        long row = (((long)header.Width * header.BitsPerPixel) + 7) / 8;
        long stride = (row + RowAlignment - 1) / RowAlignment * RowAlignment;
        Int128 missing = ((Int128)stride * Math.Abs((long)header.Height)) - available;
        return missing <= 0 ? 0 : missing <= stride - row ? (int)missing : null;
    }

    /// <summary>The same pixels, with a Windows 3 header and a palette of the colors that the file has.</summary>
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
        byte[] repaired = [.. file, .. new byte[padding]];
        WriteSizes(repaired, start);
        return repaired;
    }

    private static void WriteSizes(Span<byte> file, int pixelStart)
    {
        BinaryPrimitives.WriteInt32LittleEndian(file[FileSizeAt..], file.Length);
        BinaryPrimitives.WriteInt32LittleEndian(file[PixelStartAt..], pixelStart);
    }
}

/// <summary>How a BMP's pixels are coded, by the number in its header. OS/2 gives 3 and 4 other meanings.</summary>
internal enum BmpCompression : uint
{
    None = 0,
    RunLength8 = 1,
    RunLength4 = 2,
    BitMasks = 3,
    JpegOrRunLength24 = 4,
    Png = 5,
    AlphaBitMasks = 6,
}

/// <summary>What the header of a BMP says, in any of its versions: OS/2 1 and 2, Windows 3 to 5.</summary>
internal readonly record struct BmpHeader
{
    public const int FileHeaderBytes = 14; // before the versioned header
    public const int InfoBytes = 40; // the versioned header of Windows 3, which every decoder reads
    private const int CoreBytes = 12;
    private const int LeastExtendedBytes = 16;

    public int Width { get; private init; }
    public int Height { get; private init; } // negative when the first row is the upper one
    public int BitsPerPixel { get; private init; } // may be 0 where a JPEG or PNG inside has its own
    public BmpCompression Compression { get; private init; }
    public int PaletteStart { get; private init; }
    public int BytesPerColor { get; private init; } // of the palette: 3 in the oldest version, 4 in the others
    public long Colors { get; private init; } // of the palette, according to the header
    public uint PixelStart { get; private init; } // by the header
    public bool HasPalette => BitsPerPixel <= 8;
    public bool HasSize => PaletteStart > 0; // the header is not cut off; its size may not be valid

    /// <summary>Pixels lie in rows of equal length, not run-length coded.</summary>
    public bool IsUncompressed => Compression is BmpCompression.None or BmpCompression.BitMasks or BmpCompression.AlphaBitMasks;

    /// <summary>Reads a header; false if it is cut off or not valid.</summary>
    public static bool TryRead(ReadOnlySpan<byte> file, out BmpHeader header)
    {
        header = default;
        if (file.Length < FileHeaderBytes + CoreBytes)
            return false;

        uint bytes = BinaryPrimitives.ReadUInt32LittleEndian(file[FileHeaderBytes..]);
        ReadOnlySpan<byte> info = file[FileHeaderBytes..];
        if (bytes > info.Length || bytes is not (CoreBytes or >= LeastExtendedBytes))
            return false;

        info = info[..(int)bytes];
        bool isCore = bytes == CoreBytes;
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(info[(isCore ? 10 : 14)..]);
        uint colors = info.Length >= 36 ? BinaryPrimitives.ReadUInt32LittleEndian(info[32..]) : 0;
        uint most = bits <= 8 ? 1u << bits : 0;
        header = new BmpHeader
        {
            Width = isCore ? BinaryPrimitives.ReadUInt16LittleEndian(info[4..]) : BinaryPrimitives.ReadInt32LittleEndian(info[4..]),
            Height = isCore ? BinaryPrimitives.ReadUInt16LittleEndian(info[6..]) : BinaryPrimitives.ReadInt32LittleEndian(info[8..]),
            BitsPerPixel = bits,
            Compression = info.Length >= 20 ? (BmpCompression)BinaryPrimitives.ReadUInt32LittleEndian(info[16..]) : BmpCompression.None,
            PaletteStart = FileHeaderBytes + info.Length,
            BytesPerColor = isCore ? 3 : 4,
            Colors = colors == 0 ? most : Math.Min(colors, most),
            PixelStart = BinaryPrimitives.ReadUInt32LittleEndian(file[10..]),
        };
        return header is { Width: > 0, Height: not (0 or int.MinValue) };
    }
}
