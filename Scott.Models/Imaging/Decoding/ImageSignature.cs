namespace Scott.Models.Imaging;

/// <summary>Recognizes the format of a file by its first bytes.</summary>
internal static class ImageSignature
{
    public const string Tiff = "TIFF";

    /// <summary>The format that the first bytes show, or <see langword="null"/> if it is not a supported one.</summary>
    public static string? Format(ReadOnlySpan<byte> data) => data switch
    {
        [0xff, 0xd8, 0xff, ..] => "JPEG",
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => "PNG",
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', (byte)'7' or (byte)'9', (byte)'a', ..] => "GIF",
        [(byte)'B', (byte)'M', ..] => "BMP",
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => "WebP",
        [(byte)'I', (byte)'I', 42, 0, _, _, _, _, (byte)'C', (byte)'R', ..] => null, // a Canon raw file
        [(byte)'I', (byte)'I', 42 or 43, 0, ..] or [(byte)'M', (byte)'M', 0, 42 or 43, ..] => Tiff,
        _ => null,
    };

    /// <summary>The name, with its article, of a known format that is not supported.</summary>
    public static string? OtherFormat(ReadOnlySpan<byte> data) => data switch
    {
        [(byte)'I', (byte)'I', 42, 0, _, _, _, _, (byte)'C', (byte)'R', ..] => "a Canon raw file (CR2)",
        [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', .. var brands] => BaseMedia(brands),
        [0, 0, 1, 0, ..] => "an ICO file",
        [0, 0, 0, 0x0c, (byte)'j', (byte)'P', ..] => "a JPEG 2000 file",
        [0xff, 0x0a, ..] or [0, 0, 0, 0x0c, (byte)'J', (byte)'X', ..] => "a JPEG XL file",
        _ => null,
    };

    /// <summary>The width and height in the header, if the format has them at a fixed place and the file is long enough.</summary>
    public static (long Width, long Height)? Size(ReadOnlySpan<byte> data) => Format(data) switch
    {
        "PNG" when data.Length >= 24 => (BinaryPrimitives.ReadUInt32BigEndian(data[16..]), BinaryPrimitives.ReadUInt32BigEndian(data[20..])),
        "GIF" when data.Length >= 10 => (BinaryPrimitives.ReadUInt16LittleEndian(data[6..]), BinaryPrimitives.ReadUInt16LittleEndian(data[8..])),
        "BMP" when BmpHeader.TryRead(data, out BmpHeader header) || header.HasSize => (header.Width, Math.Abs((long)header.Height)),
        "JPEG" when JpegFrameAt(data) is >= 0 and int at && at + 9 <= data.Length =>
            (BinaryPrimitives.ReadUInt16BigEndian(data[(at + 7)..]), BinaryPrimitives.ReadUInt16BigEndian(data[(at + 5)..])),
        _ => null,
    };

    /// <summary>The position of the first frame marker, or of a marker that a JPEG variant has instead; -1 if the file ends before it.</summary>
    public static int JpegFrameAt(ReadOnlySpan<byte> jpeg)
    {
        for (int at = 2; at + 5 <= jpeg.Length && jpeg[at] == JpegMarker.Prefix;)
        {
            byte marker = jpeg[at + 1];
            if (JpegMarker.IsFrame(marker) || marker is JpegMarker.JpegLsFrame or JpegMarker.HierarchicalProgression)
                return at;

            // A prefix after a prefix is a fill byte.
            at += marker == JpegMarker.Prefix ? 1 : 2 + BinaryPrimitives.ReadUInt16BigEndian(jpeg[(at + 2)..]);
        }

        return -1;
    }

    /// <summary>Images, videos and sound share one container (ISO/IEC 14496-12), and differ in the brand that comes first.</summary>
    private static string BaseMedia(ReadOnlySpan<byte> brands) => Encoding.ASCII.GetString(brands[..Math.Min(brands.Length, 4)]) switch
    {
        ['h', 'e', ..] or "mif1" or "mif2" or "msf1" or "miaf" or "avif" or "avis" or "avio" => "a HEIF or AVIF file",
        "crx " => "a Canon raw file (CR3)",
        "M4A " or "M4B " => "an audio file (M4A)",
        _ => "a video file (MP4 or QuickTime)",
    };
}
