using Scott.Models.Imaging;

namespace Scott.Models.Inference;

/// <summary>Draws maps of numbers over images.</summary>
internal static class HeatMap
{
    /// <summary>Blends an image with a map: black for 0, red for the middle, yellow for 1.</summary>
    /// <param name="image">The image.</param>
    /// <param name="map">The map in gray, of the same size: 0 to 255 stand for 0 to 1.</param>
    /// <param name="opacity">How much of the result is the map, 0 to 1.</param>
    public static RgbImage Blend(RgbImage image, RgbImage map, float opacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(opacity);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(opacity, 1);
        byte[] pixels = new byte[image.Pixels.Length];
        ReadOnlySpan<byte> source = image.Pixels.Span, heat = map.Pixels.Span;
        for (int i = 0; i < pixels.Length; i++)
        {
            float share = heat[i] / 255f;
            float target = (i % 3) switch { 0 => 255 * Math.Min(1, 2 * share), 1 => 255 * Math.Max(0, (2 * share) - 1), _ => 0 };
            pixels[i] = (byte)Math.Clamp(Math.Round(source[i] + (opacity * (target - source[i]))), 0, 255);
        }

        return RgbImage.FromPixels(pixels, image.Width, image.Height, PixelLayout.Rgb24);
    }

    /// <summary>A map in gray. What is not above <paramref name="low"/> is black; else what reaches <paramref name="high"/> is white.</summary>
    public static RgbImage Gray(ReadOnlySpan<float> values, int width, int height, float low, float high)
    {
        byte[] gray = new byte[values.Length];
        for (int i = 0; i < gray.Length; i++)
        {
            float share = high > low ? Math.Clamp((values[i] - low) / (high - low), 0, 1) : values[i] > low ? 1 : 0;
            gray[i] = (byte)Math.Round(255 * share);
        }

        return RgbImage.FromPixels(gray, width, height, PixelLayout.Gray8);
    }
}
