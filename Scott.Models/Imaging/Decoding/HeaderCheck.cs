using System.Diagnostics.CodeAnalysis;
using SkiaSharp;

namespace Scott.Models.Imaging;

/// <summary>Refuses files that cannot be decoded, by their first bytes and header, before memory for pixels is allocated.</summary>
internal static class HeaderCheck
{
    private const int PngChunkTypeAt = 12;

    /// <summary>Checks a file by its bytes and Skia's codec for it, which is <see langword="null"/> if Skia cannot read the header.</summary>
    public static void Run([NotNull] SKCodec? codec, ReadOnlySpan<byte> encoded, string name, ImageDecodingOptions options)
    {
        string format = ImageSignature.Format(encoded) ?? throw NotDecoded(encoded);

        // Skia misreads some of these variants.
        if (UnsupportedVariant(encoded, format) is { } reason)
            throw Refused(ImageFault.UnsupportedVariant, reason);

        // Skia also refuses files that are only too large. That is a different error from an unreadable header.
        (long width, long height) = codec is null ? ImageSignature.Size(encoded) ?? (1, 1) : (codec.Info.Width, codec.Info.Height);
        if (width == 0 || height == 0)
            throw Refused(ImageFault.NoPixels, $"its {format} header gives {width}×{height} pixels; expected at least 1×1.");
        FormatDecoder.RequirePixels(name, $"its {format} header gives", width, height, options);
        if (codec is null && LongestSide(format) is { } longest && Math.Max(width, height) > longest)
            throw Refused(ImageFault.TooManyPixels, $"its {format} header gives {width}×{height} pixels; expected at most {longest} on a side.");
        if (codec is null)
            throw Refused(ImageFault.Header, $"it starts like a {format} file, but its header is cut off or not valid.");

        ImageFormatException Refused(ImageFault fault, string detail) => new(name, fault, detail);

        ImageFormatException NotDecoded(ReadOnlySpan<byte> encoded) =>
            GitLfsPointer.Begins(encoded) ? Refused(ImageFault.GitLfsPointer, GitLfsPointer.Explanation)
            : ImageSignature.OtherFormat(encoded) is not { } other
                ? Refused(ImageFault.NotAnImage, "it does not start like an image; expected JPEG, PNG, WebP, BMP, GIF or TIFF.")
            : Refused(ImageFault.UnsupportedFormat, $"it is {other}; expected JPEG, PNG, WebP, BMP, GIF or TIFF.");
    }

    /// <summary>The longest side that Skia decodes, or libjpeg or libpng in it; <see langword="null"/> if no header gives a longer one.</summary>
    private static int? LongestSide(string format) => format switch
    {
        "BMP" => ushort.MaxValue,
        "JPEG" => 65_500,
        "PNG" => 1_000_000,
        _ => null,
    };

    /// <summary>Why an undamaged file is not decoded, or <see langword="null"/> if it can be. So no message calls such a file damaged.</summary>
    private static string? UnsupportedVariant(ReadOnlySpan<byte> encoded, string format) => format switch
    {
        "JPEG" when ImageSignature.JpegFrameAt(encoded) is >= 0 and int at => Jpeg(encoded[at + 1], encoded[at + 4]),
        "BMP" => BmpHeader.TryRead(encoded, out BmpHeader header) ? Bmp(header, encoded[(int)Math.Min(encoded.Length, header.PixelStart)..]) : null,
        "PNG" when encoded.Length > PngChunkTypeAt && encoded[PngChunkTypeAt..].StartsWith("CgBI"u8) =>
            "it is a PNG in Apple's own form for apps (CgBI), which is not supported.",
        _ => null,
    };

    private static string? Bmp(in BmpHeader header, ReadOnlySpan<byte> pixels) => (header.Compression, header.BitsPerPixel) switch
    {
        (BmpCompression.JpegOrRunLength24, 24) when ImageSignature.Format(pixels) != "JPEG" => null,
        (BmpCompression.JpegOrRunLength24, _) => "it is a BMP with a JPEG inside, which is not supported.",
        (BmpCompression.Png, _) => "it is a BMP with a PNG inside, which is not supported.",
        (BmpCompression.BitMasks, 1) => "its BMP data uses fax coding (Huffman 1D), which is not supported.",
        (_, 1 or 2 or 4 or 8 or 16 or 24 or 32) when header.Compression <= BmpCompression.AlphaBitMasks => null,
        (_, 1 or 2 or 4 or 8 or 16 or 24 or 32) =>
            $"its BMP data is coded by method {(uint)header.Compression}, which is not supported; expected none or run lengths.",
        _ => $"its BMP data has {header.BitsPerPixel} bits per pixel, which is not supported; expected 1, 2, 4, 8, 16, 24 or 32.",
    };

    /// <summary>Checks the marker of the frame (ITU-T T.81, B.2.2 and B.3.2). Arithmetic coding with 8 bits per sample is supported.</summary>
    private static string? Jpeg(byte marker, byte bitsPerSample) => marker switch
    {
        JpegMarker.JpegLsFrame => "it is a JPEG-LS file, which is not supported.",
        0xc3 => UnsupportedJpeg("lossless"),
        JpegMarker.HierarchicalProgression or 0xc5 or 0xc6 or 0xc7 or 0xcd or 0xce or 0xcf => UnsupportedJpeg("hierarchical"),
        0xcb => UnsupportedJpeg("lossless and arithmetic-coded"),
        _ when bitsPerSample != 8 => $"its JPEG data has {bitsPerSample} bits per sample, which is not supported; expected 8.",
        _ => null,
    };

    private static string UnsupportedJpeg(string kind) =>
        $"its JPEG data is {kind}, which is not supported; expected a baseline or progressive JPEG.";
}
