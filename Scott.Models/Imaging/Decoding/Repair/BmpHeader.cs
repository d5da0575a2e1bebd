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
    /// <summary>The file header, which stands before the versioned one.</summary>
    public const int FileHeaderBytes = 14;

    /// <summary>The versioned header of Windows 3, which every decoder reads.</summary>
    public const int InfoBytes = 40;

    private const int CoreBytes = 12;
    private const int LeastExtendedBytes = 16;

    /// <summary>Pixels per row.</summary>
    public int Width { get; private init; }

    /// <summary>Rows; negative when the first row is the upper one.</summary>
    public int Height { get; private init; }

    /// <summary>May be 0 where a JPEG or PNG inside has its own.</summary>
    public int BitsPerPixel { get; private init; }

    public BmpCompression Compression { get; private init; }

    /// <summary>Where the palette begins.</summary>
    public int PaletteStart { get; private init; }

    /// <summary>The bytes of a palette's color: 3 in the oldest version, 4 in the others.</summary>
    public int BytesPerColor { get; private init; }

    /// <summary>The colors that the palette has by the header.</summary>
    public long Colors { get; private init; }

    /// <summary>Where the pixels begin by the header.</summary>
    public uint PixelStart { get; private init; }

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
