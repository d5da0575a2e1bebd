using System.Buffers.Binary;

namespace Scott.Models.Imaging;

/// <summary>What the first bytes of a file say, for a clear error when its header cannot be read.</summary>
internal static class ImageSignature
{
    /// <summary>The format that data claims by its first bytes, or <see langword="null"/> when they are no known image's.</summary>
    public static string? Format(ReadOnlySpan<byte> data) => data switch
    {
        [0xff, 0xd8, 0xff, ..] => "JPEG",
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => "PNG",
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', (byte)'7' or (byte)'9', (byte)'a', ..] => "GIF",
        [(byte)'B', (byte)'M', ..] => "BMP",
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => "WebP",
        _ => null,
    };

    /// <summary>Formats that are images, but none of ours.</summary>
    public static string? OtherFormat(ReadOnlySpan<byte> data) => data switch
    {
        [(byte)'I', (byte)'I', 42 or 43, 0, ..] or [(byte)'M', (byte)'M', 0, 42 or 43, ..] => "TIFF",
        [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', ..] => "HEIF or AVIF",
        [0, 0, 1, 0, ..] => "ICO",
        [0, 0, 0, 0x0c, (byte)'j', (byte)'P', ..] => "JPEG 2000",
        [0xff, 0x0a, ..] or [0, 0, 0, 0x0c, (byte)'J', (byte)'X', ..] => "JPEG XL",
        _ => null,
    };

    /// <summary>The width and height in the header, where they stand at a fixed place and are there at all.</summary>
    public static (long Width, long Height)? Size(ReadOnlySpan<byte> data) => Format(data) switch
    {
        "PNG" when data.Length >= 24 => (BinaryPrimitives.ReadUInt32BigEndian(data[16..]), BinaryPrimitives.ReadUInt32BigEndian(data[20..])),
        "GIF" when data.Length >= 10 => (BinaryPrimitives.ReadUInt16LittleEndian(data[6..]), BinaryPrimitives.ReadUInt16LittleEndian(data[8..])),
        "BMP" when data.Length >= 26 => (BinaryPrimitives.ReadInt32LittleEndian(data[18..]), Math.Abs((long)BinaryPrimitives.ReadInt32LittleEndian(data[22..]))),
        "JPEG" => JpegSize(data),
        _ => null,
    };

    /// <summary>The size in the first frame header (ITU-T T.81, B.2.2), found by stepping over the segments before it.</summary>
    private static (long Width, long Height)? JpegSize(ReadOnlySpan<byte> data)
    {
        for (int at = 2; at + 9 <= data.Length && data[at] == 0xff; at += 2 + BinaryPrimitives.ReadUInt16BigEndian(data[(at + 2)..]))
        {
            if (JpegMarker.IsFrame(data[at + 1]))
            {
                return (BinaryPrimitives.ReadUInt16BigEndian(data[(at + 7)..]), BinaryPrimitives.ReadUInt16BigEndian(data[(at + 5)..]));
            }
        }

        return null;
    }
}
