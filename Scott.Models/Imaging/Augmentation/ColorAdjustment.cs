namespace Scott.Models.Imaging;

/// <summary>Changes brightness, contrast, saturation or grayness of an image in place, to the same bytes as Pillow's <c>ImageEnhance</c>.</summary>
/// <remarks>Each blends the image with a degenerate one: black, uniform gray, or the image in gray. Factor 0 gives the degenerate image, 1 the image,
/// more than 1 exaggerates. As in Pillow, blending is in single precision and cuts the fraction off.</remarks>
internal static class ColorAdjustment
{
    private const int Stride = PixelBuffer.BytesPerPixel;

    public static void Brightness(PixelBuffer image, float factor) => BlendWith(image, 0, factor);

    /// <summary>Blends with the image's mean gray.</summary>
    public static void Contrast(PixelBuffer image, float factor)
    {
        ReadOnlySpan<byte> bytes = image.Bytes;
        long sum = 0;
        for (int at = 0; at < bytes.Length; at += Stride)
            sum += Gray(bytes, at);

        BlendWith(image, (byte)(((double)sum / (bytes.Length / Stride)) + 0.5), factor);
    }

    public static void Saturation(PixelBuffer image, float factor)
    {
        Span<byte> bytes = image.Bytes;
        for (int at = 0; at < bytes.Length; at += Stride)
        {
            byte gray = Gray(bytes, at);
            bytes[at] = Blend(gray, bytes[at], factor);
            bytes[at + 1] = Blend(gray, bytes[at + 1], factor);
            bytes[at + 2] = Blend(gray, bytes[at + 2], factor);
        }
    }

    public static void Grayscale(PixelBuffer image)
    {
        Span<byte> bytes = image.Bytes;
        for (int at = 0; at < bytes.Length; at += Stride)
            bytes.Slice(at, 3).Fill(Gray(bytes, at));
    }

    /// <summary>Luma as in Pillow's mode L: ITU-R 601 in fixed point with 16 bits, rounded.</summary>
    private static byte Gray(ReadOnlySpan<byte> bytes, int at) =>
        (byte)(((bytes[at] * 19595) + (bytes[at + 1] * 38470) + (bytes[at + 2] * 7471) + 0x8000) >> 16);

    private static byte Blend(byte degenerate, byte value, float factor) =>
        (byte)Math.Clamp(degenerate + (factor * (value - degenerate)), 0f, 255f);

    private static void BlendWith(PixelBuffer image, byte degenerate, float factor)
    {
        Span<byte> table = stackalloc byte[byte.MaxValue + 1];
        for (int value = 0; value < table.Length; value++)
            table[value] = Blend(degenerate, (byte)value, factor);

        foreach (ref byte value in image.Bytes)
            value = table[value];
    }
}
