using System.Buffers.Binary;

namespace Scott.Models.Imaging;

/// <summary>Says which sound files are refused for what they are, so that no message calls them damaged.</summary>
internal static class UnsupportedVariant
{
    private const int PngChunkTypeAt = 12;

    /// <summary>Why a file of a known format is not decoded, or <see langword="null"/> when it is of a usual kind.</summary>
    public static string? Find(ReadOnlySpan<byte> encoded, string format) => format switch
    {
        "JPEG" => Jpeg(encoded),
        "BMP" => BmpHeader.TryRead(encoded, out BmpHeader header) ? Bmp(header, encoded[(int)Math.Min(encoded.Length, header.PixelStart)..]) : null,
        "PNG" when encoded.Length > PngChunkTypeAt && encoded[PngChunkTypeAt..].StartsWith("CgBI"u8) =>
            "it is a PNG in Apple's own form for apps (CgBI), which is not supported.",
        _ => null,
    };

    private static string? Bmp(in BmpHeader header, ReadOnlySpan<byte> pixels) => ((BmpCompression)header.Compression, header.BitsPerPixel) switch
    {
        (BmpCompression.JpegOrRunLength24, 24) when ImageSignature.Format(pixels) != "JPEG" => null,
        (BmpCompression.JpegOrRunLength24, _) => "it is a BMP with a JPEG inside, which is not supported.",
        (BmpCompression.Png, _) => "it is a BMP with a PNG inside, which is not supported.",
        (BmpCompression.BitMasks, 1) => "its BMP data is coded as that of a fax (Huffman 1D), which is not supported.",
        (_, 1 or 2 or 4 or 8 or 16 or 24 or 32) when header.Compression <= (uint)BmpCompression.AlphaBitMasks => null,
        (_, 1 or 2 or 4 or 8 or 16 or 24 or 32) =>
            $"its BMP data is coded by method {header.Compression}, which is not supported; expected none or run lengths.",
        _ => $"its BMP data has {header.BitsPerPixel} bits per pixel, which is not supported; expected 1, 2, 4, 8, 16, 24 or 32.",
    };

    /// <summary>Looks at the first frame header (ITU-T T.81, B.2.2 and B.3.2), found by stepping over the segments before it.</summary>
    private static string? Jpeg(ReadOnlySpan<byte> jpeg)
    {
        for (int at = 2; at + 5 <= jpeg.Length && jpeg[at] == JpegMarker.Prefix;)
        {
            byte marker = jpeg[at + 1];
            if (marker == JpegMarker.Prefix)
            {
                at++; // a fill byte
                continue;
            }

            if (marker == JpegMarker.JpegLsFrame)
            {
                return "it is a JPEG-LS file, which is not supported.";
            }

            if (marker == JpegMarker.HierarchicalProgression)
            {
                return Unsupported("hierarchical");
            }

            if (JpegMarker.IsFrame(marker))
            {
                return Frame(marker, jpeg[at + 4]);
            }

            at += 2 + BinaryPrimitives.ReadUInt16BigEndian(jpeg[(at + 2)..]);
        }

        return null;
    }

    /// <summary>Arithmetic codes with 8 bits per sample are decoded: nothing is said of those.</summary>
    private static string? Frame(byte marker, byte bitsPerSample) => (marker & 15) switch
    {
        3 => Unsupported("lossless"),
        5 or 6 or 7 or 13 or 14 or 15 => Unsupported("hierarchical"),
        11 => Unsupported("lossless and arithmetic-coded"),
        _ when bitsPerSample != 8 => $"its JPEG data has {bitsPerSample} bits per sample, which is not supported; expected 8.",
        _ => null,
    };

    private static string Unsupported(string kind) => $"its JPEG data is {kind}, which is not supported; expected a baseline or progressive JPEG.";
}
