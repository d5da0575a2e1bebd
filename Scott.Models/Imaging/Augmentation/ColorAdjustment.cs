namespace Scott.Models.Imaging;

/// <summary>Changes brightness, contrast, saturation or greyness of a picture in place, to the same bytes as Pillow's <c>ImageEnhance</c>.</summary>
/// <remarks>
/// Each is a blend with a degenerate picture: black, even grey, or the picture in grey. Factor 0 gives that one, 1 the picture, more exaggerates.
/// Pillow blends in single precision and cuts the fraction off, so that is done here.
/// </remarks>
internal static class ColorAdjustment
{
    private const int Values = 256;
    private const int Stride = PixelBuffer.BytesPerPixel;

    public static void Brightness(PixelBuffer picture, float factor) => BlendWith(picture, 0, factor);

    /// <summary>Blends with the picture's mean grey.</summary>
    public static void Contrast(PixelBuffer picture, float factor)
    {
        ReadOnlySpan<byte> bytes = picture.Bytes;
        long sum = 0;
        for (int at = 0; at < bytes.Length; at += Stride)
        {
            sum += Grey(bytes, at);
        }

        BlendWith(picture, (byte)(((double)sum / (bytes.Length / Stride)) + 0.5), factor);
    }

    public static void Saturation(PixelBuffer picture, float factor)
    {
        Span<byte> bytes = picture.Bytes;
        for (int at = 0; at < bytes.Length; at += Stride)
        {
            byte grey = Grey(bytes, at);
            bytes[at] = Blend(grey, bytes[at], factor);
            bytes[at + 1] = Blend(grey, bytes[at + 1], factor);
            bytes[at + 2] = Blend(grey, bytes[at + 2], factor);
        }
    }

    public static void Grayscale(PixelBuffer picture)
    {
        Span<byte> bytes = picture.Bytes;
        for (int at = 0; at < bytes.Length; at += Stride)
        {
            bytes.Slice(at, 3).Fill(Grey(bytes, at));
        }
    }

    /// <summary>Luma as Pillow's mode L has it: ITU-R 601 in fixed point with 16 bits, rounded.</summary>
    private static byte Grey(ReadOnlySpan<byte> bytes, int at) =>
        (byte)(((bytes[at] * 19595) + (bytes[at + 1] * 38470) + (bytes[at + 2] * 7471) + 0x8000) >> 16);

    private static byte Blend(byte degenerate, byte value, float factor) =>
        (byte)Math.Clamp(degenerate + (factor * (value - degenerate)), 0f, 255f);

    private static void BlendWith(PixelBuffer picture, byte degenerate, float factor)
    {
        Span<byte> table = stackalloc byte[Values];
        for (int value = 0; value < Values; value++)
        {
            table[value] = Blend(degenerate, (byte)value, factor);
        }

        foreach (ref byte value in picture.Bytes)
        {
            value = table[value];
        }
    }
}
