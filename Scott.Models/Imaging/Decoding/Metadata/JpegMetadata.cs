namespace Scott.Models.Imaging;

/// <summary>Finds a JPEG's metadata in its application segments before the first scan.</summary>
internal static class JpegMetadata
{
    private static ReadOnlySpan<byte> ExifStart => "Exif\0"u8;

    private static ReadOnlySpan<byte> XmpStart => "http://ns.adobe.com/xap/1.0/\0"u8;

    /// <summary>The metadata of a JPEG whose markers are sound.</summary>
    public static ImageMetadata Read(ReadOnlySpan<byte> jpeg)
    {
        ReadOnlySpan<byte> exif = default, xmp = default;
        var reader = new JpegReader(jpeg, string.Empty);
        while (reader.MoveNext() && reader.Marker != JpegMarker.StartOfScan)
        {
            if (reader.Marker == JpegMarker.Application1)
            {
                Sort(reader.Payload, ref exif, ref xmp);
            }
        }

        return new ImageMetadata { Exif = exif, Xmp = xmp };
    }

    /// <summary>Takes the contents of an APP1 segment for what they are, unless there is one of the kind already: the first counts.</summary>
    public static void Sort(ReadOnlySpan<byte> contents, ref ReadOnlySpan<byte> exif, ref ReadOnlySpan<byte> xmp)
    {
        // Whatever pads the prefix to 6 bytes is passed over.
        if (contents.StartsWith(ExifStart) && contents.Length > ExifStart.Length && exif.IsEmpty)
        {
            exif = contents[(ExifStart.Length + 1)..];
        }
        else if (contents.StartsWith(XmpStart) && xmp.IsEmpty)
        {
            xmp = contents[XmpStart.Length..];
        }
    }
}
