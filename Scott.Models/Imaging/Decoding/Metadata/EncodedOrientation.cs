using SkiaSharp;

namespace Scott.Models.Imaging;

/// <summary>
/// Reads the orientation of a file, with the same rules for every container: EXIF first, then XMP. What is damaged or outside 1 to 8 does not turn
/// the image and is no error, because the pixels are sound without it.
/// </summary>
internal static class EncodedOrientation
{
    /// <summary>The orientation of a file that has been decoded without an error.</summary>
    /// <param name="encoded">The whole file.</param>
    /// <param name="format">Its container.</param>
    public static SKEncodedOrigin Read(ReadOnlySpan<byte> encoded, SKEncodedImageFormat format)
    {
        ImageMetadata metadata = format switch
        {
            SKEncodedImageFormat.Jpeg => JpegMetadata.Read(encoded),
            SKEncodedImageFormat.Png => PngMetadata.Read(encoded),
            SKEncodedImageFormat.Webp => WebpMetadata.Read(encoded),
            _ => default,
        };
        long value = ExifOrientation.Read(metadata.Exif) ?? XmpOrientation.Read(metadata.Xmp) ?? (long)SKEncodedOrigin.TopLeft;
        return value is >= (long)SKEncodedOrigin.TopLeft and <= (long)SKEncodedOrigin.LeftBottom ? (SKEncodedOrigin)value : SKEncodedOrigin.TopLeft;
    }
}
