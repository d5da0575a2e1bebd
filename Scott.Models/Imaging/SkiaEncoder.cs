using SkiaSharp;

namespace Scott.Models.Imaging;

/// <summary>Encodes images with Skia.</summary>
internal static class SkiaEncoder
{
    public static unsafe byte[] EncodePng(PixelBuffer pixels)
    {
        fixed (byte* first = pixels.BytesWithSlack)
        {
            // Opaque: the fourth byte of a pixel is left out of the file.
            var info = new SKImageInfo(pixels.Width, pixels.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
            using var pixmap = new SKPixmap(info, (nint)first, pixels.RowBytes);
            using SKData? data = pixmap.Encode(SKPngEncoderOptions.Default);
            return data?.ToArray() ?? throw new InvalidOperationException($"Skia did not encode an image of {pixels.Width}×{pixels.Height} pixels as PNG.");
        }
    }
}
