using System.Runtime.Intrinsics;

namespace Scott.Models.Imaging;

/// <summary>Turns rows of one pixel layout into another.</summary>
internal static class PixelConversion
{
    private const int RgbBytes = 3;

    public static int BytesPerPixel(PixelLayout layout) => layout switch
    {
        PixelLayout.Rgb24 or PixelLayout.Bgr24 => RgbBytes,
        PixelLayout.Rgba32 or PixelLayout.Bgra32 => 4,
        PixelLayout.Gray8 => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(layout), layout, "Expected a defined PixelLayout."),
    };

    /// <summary>Writes a row of any layout as RGB24.</summary>
    public static void ToRgb24(ReadOnlySpan<byte> source, PixelLayout layout, Span<byte> destination)
    {
        if (layout == PixelLayout.Rgb24)
            source.CopyTo(destination);
        else if (layout == PixelLayout.Rgba32)
            RgbxToRgb24(source, destination);
        else
            Reorder(source, BytesPerPixel(layout), destination);
    }

    /// <summary>Converts gray pixels, or pixels in the order blue, green, red.</summary>
    private static void Reorder(ReadOnlySpan<byte> source, int step, Span<byte> destination)
    {
        (int red, int green) = step == 1 ? (0, 0) : (2, 1);
        for (int from = 0, to = 0; to < destination.Length; from += step, to += RgbBytes)
        {
            destination[to] = source[from + red];
            destination[to + 1] = source[from + green];
            destination[to + 2] = source[from];
        }
    }

    /// <summary>Writes rows of 4-byte pixels with all three colors, or with the first as the only channel.</summary>
    public static void FromRgbx(ReadOnlySpan<byte> source, int channels, Span<byte> destination)
    {
        if (channels != 1)
        {
            RgbxToRgb24(source, destination);
            return;
        }

        for (int i = 0; i < destination.Length; i++)
            destination[i] = source[i * PixelBuffer.BytesPerPixel];
    }

    /// <summary>Pixels of any number of channels as RGB24: of one or two the first in gray, of more the first three.</summary>
    public static byte[] ToColors(byte[] pixels, int channels)
    {
        if (channels == RgbBytes)
            return pixels;

        byte[] colors = new byte[pixels.Length / channels * RgbBytes];
        for (int from = 0, to = 0; to < colors.Length; from += channels, to += RgbBytes)
        {
            for (int color = 0; color < RgbBytes; color++)
                colors[to + color] = pixels[from + (channels > RgbBytes ? color : 0)];
        }

        return colors;
    }

    /// <summary>Drops every fourth byte. <paramref name="source"/> may be longer than needed.</summary>
    public static void RgbxToRgb24(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        int from = 0, to = 0;
        if (Vector128.IsHardwareAccelerated)
        {
            Vector128<byte> order = Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 255, 255, 255, 255);

            // Each store writes 4 zeros too many, which the next store overwrites. So the loop ends early.
            for (; to + Vector128<byte>.Count <= destination.Length && from + Vector128<byte>.Count <= source.Length; from += 16, to += 12)
                Vector128.Shuffle(Vector128.Create(source.Slice(from, Vector128<byte>.Count)), order).CopyTo(destination[to..]);
        }

        for (; to < destination.Length; from += PixelBuffer.BytesPerPixel, to += RgbBytes)
            source.Slice(from, RgbBytes).CopyTo(destination[to..]);
    }

    /// <summary>Widens RGB24 pixels to 4 bytes; the fourth is 255.</summary>
    public static void Rgb24ToRgbx(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        int from = 0, to = 0;
        if (Vector128.IsHardwareAccelerated)
        {
            Vector128<byte> order = Vector128.Create((byte)0, 1, 2, 255, 3, 4, 5, 255, 6, 7, 8, 255, 9, 10, 11, 255);
            Vector128<byte> opaque = Vector128.Create(0xff000000u).AsByte();
            for (; from + Vector128<byte>.Count <= source.Length && to + Vector128<byte>.Count <= destination.Length; from += 12, to += 16)
                (Vector128.Shuffle(Vector128.Create(source.Slice(from, Vector128<byte>.Count)), order) | opaque).CopyTo(destination[to..]);
        }

        for (; from < source.Length; from += RgbBytes, to += PixelBuffer.BytesPerPixel)
        {
            source.Slice(from, RgbBytes).CopyTo(destination[to..]);
            destination[to + RgbBytes] = byte.MaxValue;
        }
    }
}
