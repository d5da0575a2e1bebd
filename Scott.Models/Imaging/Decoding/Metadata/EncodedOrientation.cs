using SkiaSharp;

namespace Scott.Models.Imaging;

/// <summary>The metadata that may hold the orientation of a file. A part that the file lacks is empty.</summary>
internal ref struct ImageMetadata
{
    private const int RiffHeaderBytes = 12;
    private const int RiffChunkHeaderBytes = 8;
    private const byte WebpXmpFlag = 0x04;
    private const byte WebpExifFlag = 0x08;

    private static ReadOnlySpan<byte> ExifStart => "Exif\0"u8;
    private static ReadOnlySpan<byte> XmpStart => "http://ns.adobe.com/xap/1.0/\0"u8;

    public ReadOnlySpan<byte> Exif { get; set; } // TIFF data, with or without the prefix Exif\0\0
    public ReadOnlySpan<byte> Xmp { get; set; } // XML in UTF-8

    /// <summary>The metadata in the application segments of a JPEG whose markers are intact.</summary>
    public static ImageMetadata OfJpeg(ReadOnlySpan<byte> jpeg)
    {
        ImageMetadata found = default;
        var reader = new JpegReader(jpeg, string.Empty);
        while (reader.MoveNext() && reader.Marker != JpegMarker.StartOfScan)
        {
            if (reader.Marker == JpegMarker.Application1)
                found.AddApplication1(reader.Payload);
        }

        return found;
    }

    /// <summary>The metadata of an extended WebP file. As in libwebp, chunks that the header does not announce are ignored.</summary>
    /// <remarks>WebP container specification, "Extended File Format".</remarks>
    public static ImageMetadata OfWebp(ReadOnlySpan<byte> webp)
    {
        ImageMetadata found = default;
        long end = Math.Min(webp.Length, RiffChunkHeaderBytes + (long)BinaryPrimitives.ReadUInt32LittleEndian(webp[4..]));
        ReadOnlySpan<byte> rest = webp[RiffHeaderBytes..(int)end];
        byte flags = 0;
        while (rest.Length >= RiffChunkHeaderBytes)
        {
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
            if (length > rest.Length - RiffChunkHeaderBytes)
                break;

            ReadOnlySpan<byte> type = rest[..4], contents = rest.Slice(RiffChunkHeaderBytes, (int)length);
            if (type.SequenceEqual("VP8X"u8) && length > 0)
                flags = contents[0];
            else if (type.SequenceEqual("EXIF"u8) && (flags & WebpExifFlag) != 0 && found.Exif.IsEmpty)
                found.Exif = contents;
            else if (type.SequenceEqual("XMP "u8) && (flags & WebpXmpFlag) != 0 && found.Xmp.IsEmpty)
                found.Xmp = contents;

            // Chunks are padded to an even length.
            rest = rest[(int)Math.Min(rest.Length, RiffChunkHeaderBytes + length + (length & 1))..];
        }

        return found;
    }

    /// <summary>Keeps the content of an APP1 segment, unless an earlier segment had the same kind.</summary>
    public void AddApplication1(ReadOnlySpan<byte> contents)
    {
        // Any byte may pad the prefix to 6.
        if (contents.StartsWith(ExifStart) && contents.Length > ExifStart.Length && Exif.IsEmpty)
            Exif = contents[(ExifStart.Length + 1)..];
        else if (contents.StartsWith(XmpStart) && Xmp.IsEmpty)
            Xmp = contents[XmpStart.Length..];
    }
}

/// <summary>Reads the orientation of a file, by the same rules for every container: EXIF first, then XMP.</summary>
/// <remarks>A damaged value, or one outside 1 to 8, is ignored: it is no error, because the pixels are intact.</remarks>
internal static class EncodedOrientation
{
    private static ReadOnlySpan<byte> XmpName => "tiff:Orientation"u8;

    /// <summary>The orientation of a file that has been decoded without an error.</summary>
    public static SKEncodedOrigin Read(ReadOnlySpan<byte> encoded, SKEncodedImageFormat format)
    {
        ImageMetadata metadata = format switch
        {
            SKEncodedImageFormat.Jpeg => ImageMetadata.OfJpeg(encoded),
            SKEncodedImageFormat.Png => PngMetadata.Read(encoded),
            SKEncodedImageFormat.Webp => ImageMetadata.OfWebp(encoded),
            _ => default,
        };
        long value = ExifOrientation.Read(metadata.Exif) ?? ReadXmp(metadata.Xmp) ?? (long)SKEncodedOrigin.TopLeft;
        return value is >= (long)SKEncodedOrigin.TopLeft and <= (long)SKEncodedOrigin.LeftBottom ? (SKEncodedOrigin)value : SKEncodedOrigin.TopLeft;
    }

    /// <summary>Finds <c>tiff:Orientation</c> in an XMP packet, as an attribute or as an element of one digit, without parsing the XML.</summary>
    private static long? ReadXmp(ReadOnlySpan<byte> xmp)
    {
        while (xmp.IndexOf(XmpName) is >= 0 and int at)
        {
            xmp = xmp[(at + XmpName.Length)..];
            if (ReadXmpValue(xmp) is { } value)
                return value;
        }

        return null;
    }

    private static long? ReadXmpValue(ReadOnlySpan<byte> text)
    {
        text = TrimStart(text);
        bool isAttribute = text is [(byte)'=', ..];
        text = isAttribute ? TrimStart(text[1..]) : text;
        bool isValue = isAttribute ? text is [(byte)'"' or (byte)'\'', ..] : text is [(byte)'>', ..];
        text = isValue ? text[1..] : default;
        return TrimStart(text) is [>= (byte)'0' and <= (byte)'9' and var digit, not (>= (byte)'0' and <= (byte)'9'), ..] ? digit - '0' : null;

        static ReadOnlySpan<byte> TrimStart(ReadOnlySpan<byte> bytes) => bytes.TrimStart(" \t\r\n"u8);
    }
}
