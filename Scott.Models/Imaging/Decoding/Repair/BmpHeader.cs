namespace Scott.Models.Imaging;

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
    public long Colors { get; private init; } // that the palette has by the header
    public uint PixelStart { get; private init; } // by the header
    public bool HasPalette => BitsPerPixel <= 8;

    /// <summary>Pixels lie in rows of equal length, not run-length coded.</summary>
    public bool IsUncompressed => Compression is BmpCompression.None or BmpCompression.BitMasks or BmpCompression.AlphaBitMasks;

    /// <summary>Reads a header; false if it is cut short or makes no sense.</summary>
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
