namespace Scott.Models.Imaging;

/// <summary>Turns the hues of an image in place, to the same bytes as torchvision on a Pillow image: through HSV with 8 bits each.</summary>
internal static class HueShift
{
    private const int Stride = PixelBuffer.BytesPerPixel;
    private const double AlmostHalf = 0.49999999999999994; // the largest below 0.5: truncation then rounds halves up and nothing else

    /// <summary>For each hue, which sixth of the circle it is in and how far into it.</summary>
    private static readonly (int Sextant, float Part)[] Circle = [.. Enumerable.Range(0, 256).Select(hue =>
    {
        int sextant = (int)Math.Floor(hue * 6.0 / 255.0);
        return (sextant % 6, (float)((hue * 6.0 / 255.0) - sextant));
    })];

    /// <summary>Turns by a share of the circle of hues, −0.5 to 0.5.</summary>
    public static void Apply(PixelBuffer image, double turns)
    {
        // Cut towards zero, then wrapped to 8 bits.
        byte shift = unchecked((byte)(int)(turns * 255));
        Span<byte> bytes = image.Bytes;
        for (int at = 0; at < bytes.Length; at += Stride)
            Shift(bytes.Slice(at, 3), shift);
    }

    private static void Shift(Span<byte> pixel, byte shift)
    {
        byte value = Math.Max(pixel[0], Math.Max(pixel[1], pixel[2]));
        byte least = Math.Min(pixel[0], Math.Min(pixel[1], pixel[2]));

        // Gray has no hue.
        if (value == least)
            return;

        float range = value - least;
        byte saturation = (byte)(int)(range / value * 255.0);
        byte hue = unchecked((byte)(Hue(pixel, value, range) + shift));
        ToRgb(hue, saturation, value, pixel);
    }

    private static byte Hue(ReadOnlySpan<byte> pixel, byte value, float range)
    {
        float red = (value - pixel[0]) / range;
        float green = (value - pixel[1]) / range;
        float blue = (value - pixel[2]) / range;
        float sextant = pixel[0] == value ? blue - green : (float)(pixel[1] == value ? 2.0 + red - blue : 4.0 + green - red);
        double turn = (sextant / 6.0) + 1.0; // 5/6 to 11/6
        return (byte)(int)((float)(turn >= 1 ? turn - 1 : turn) * 255.0);
    }

    private static void ToRgb(byte hue, byte saturation, byte value, Span<byte> pixel)
    {
        float share = (float)(saturation / 255.0);
        (int sextant, float part) = Circle[hue];
        byte low = Round(value * (1.0 - share));
        byte falling = Round(value * (1.0 - ((double)share * part)));
        byte rising = Round(value * (1.0 - (share * (1.0 - part))));
        (pixel[0], pixel[1], pixel[2]) = sextant switch
        {
            0 => (value, rising, low),
            1 => (falling, value, low),
            2 => (low, value, rising),
            3 => (low, falling, value),
            4 => (rising, low, value),
            _ => (value, low, falling),
        };
    }

    /// <summary>0 to 255, halves up.</summary>
    private static byte Round(double value) => (byte)(int)(value + AlmostHalf);
}
