using Scott.Models;
using Scott.Models.Imaging;
using SkiaSharp;

namespace ImageSearch.Images;

/// <summary>Makes a small JPEG file of an image, without the original's metadata (EXIF, GPS position).</summary>
internal static class JpegThumbnail
{
    public const string MediaType = "image/jpeg";

    private const int LongSidePixels = 400;
    private const int Quality = 85;

    public static byte[] Encode(RgbImage image, int longSidePixels = LongSidePixels)
    {
        RgbImage small = Fit(image, longSidePixels);
        var info = new SKImageInfo(small.Width, small.Height, SKColorType.Rgb888x, SKAlphaType.Opaque);
        using SKImage skia = SKImage.FromPixelCopy(info, Padded(small.Pixels.Span));
        using SKData data = skia.Encode(SKEncodedImageFormat.Jpeg, Quality);
        return data.ToArray();
    }

    /// <summary>The image, made smaller if its long side is longer than stated.</summary>
    public static RgbImage Fit(RgbImage image, int longSidePixels)
    {
        double scale = Math.Min(1, (double)longSidePixels / Math.Max(image.Width, image.Height));
        return image.Resize(Scaled(image.Width, scale), Scaled(image.Height, scale), Interpolation.Bicubic);
    }

    private static int Scaled(int side, double scale) => Math.Max(1, (int)Math.Round(side * scale));

    /// <summary>Adds a fourth byte to each pixel: Skia has no format of three.</summary>
    private static byte[] Padded(ReadOnlySpan<byte> rgb)
    {
        byte[] padded = new byte[rgb.Length / 3 * 4];
        for (int i = 0; i < rgb.Length / 3; i++)
            rgb.Slice(3 * i, 3).CopyTo(padded.AsSpan(4 * i));

        return padded;
    }
}
