using SkiaSharp;

namespace Scott.Models.Imaging;

/// <summary>Turns a decoded image upright, as its EXIF orientation asks, and turns and mirrors training views.</summary>
/// <remarks>Upright images are those of Pillow's <c>ImageOps.exif_transpose</c>. Pixels move, and do not change.</remarks>
internal static class PixelOrientation
{
    private const int Block = 16; // pixels per side of the squares that a transposition copies: source and target fit the nearest cache

    /// <summary>The orientations that exchange width and height.</summary>
    public static bool Transposes(SKEncodedOrigin origin) => origin >= SKEncodedOrigin.LeftTop;

    /// <summary>The upright image begins with the decoded image's right side.</summary>
    public static bool IsRightFirst(SKEncodedOrigin origin) =>
        origin is SKEncodedOrigin.TopRight or SKEncodedOrigin.BottomRight or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;

    /// <summary>The upright image begins with the decoded image's bottom.</summary>
    public static bool IsBottomFirst(SKEncodedOrigin origin) =>
        origin is SKEncodedOrigin.BottomRight or SKEncodedOrigin.BottomLeft or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom;

    /// <summary>Turns an image. Takes ownership of <paramref name="pixels"/>: the method returns or disposes it.</summary>
    public static PixelBuffer Apply(PixelBuffer pixels, SKEncodedOrigin origin) =>
        Apply(pixels, new ImageOrientation(Transposes(origin), IsRightFirst(origin), IsBottomFirst(origin)));

    /// <inheritdoc cref="Apply(PixelBuffer, SKEncodedOrigin)"/>
    public static PixelBuffer Apply(PixelBuffer pixels, ImageOrientation orientation)
    {
        Span<uint> from = MemoryMarshal.Cast<byte, uint>(pixels.Bytes);
        if (!orientation.Transposes)
        {
            Mirror(from, pixels.Width, orientation);
            return pixels;
        }

        using (pixels)
        {
            var result = new PixelBuffer(pixels.Height, pixels.Width);
            Transpose(from, pixels.Width, MemoryMarshal.Cast<byte, uint>(result.Bytes), orientation);
            return result;
        }
    }

    /// <summary>Turns planes of floats, [C, height, width], in place: to [C, width, height] if the orientation transposes.</summary>
    public static void Apply(Span<float> planes, int width, int height, ImageOrientation orientation)
    {
        int length = width * height;
        float[] before = ArrayPool<float>.Shared.Rent(length);
        for (int at = 0; at < planes.Length; at += length)
        {
            Span<float> plane = planes.Slice(at, length);
            if (!orientation.Transposes)
            {
                Mirror(plane, width, orientation);
                continue;
            }

            plane.CopyTo(before);
            Transpose(before.AsSpan(0, length), width, plane, orientation);
        }

        ArrayPool<float>.Shared.Return(before);
    }

    private static void Mirror<T>(Span<T> pixels, int width, ImageOrientation orientation)
    {
        if (orientation.IsBottomFirst)
            pixels.Reverse();
        for (int at = 0; at < pixels.Length && orientation.IsRightFirst != orientation.IsBottomFirst; at += width)
            pixels.Slice(at, width).Reverse();
    }

    /// <summary>Turns columns into rows: starts at the last column if the right is first, and at the last pixel of each column if the bottom
    /// is.</summary>
    private static void Transpose<T>(ReadOnlySpan<T> from, int fromWidth, Span<T> to, ImageOrientation orientation)
    {
        (int width, int height) = (from.Length / fromWidth, fromWidth);
        int columnStep = orientation.IsBottomFirst ? -fromWidth : fromWidth;
        for (int blockY = 0; blockY < height; blockY += Block)
        {
            for (int blockX = 0; blockX < width; blockX += Block)
            {
                int endY = Math.Min(blockY + Block, height), count = Math.Min(Block, width - blockX);
                for (int y = blockY; y < endY; y++)
                {
                    int column = orientation.IsRightFirst ? fromWidth - 1 - y : y;
                    int at = ((orientation.IsBottomFirst ? width - 1 - blockX : blockX) * fromWidth) + column;
                    Span<T> row = to.Slice((y * width) + blockX, count);
                    for (int x = 0; x < row.Length; x++, at += columnStep)
                        row[x] = from[at];
                }
            }
        }
    }
}

/// <summary>Where the pixels of an image go: its columns may become rows, and the new image may begin with its right side or its bottom.</summary>
internal readonly record struct ImageOrientation(bool Transposes, bool IsRightFirst, bool IsBottomFirst)
{
    /// <summary>This orientation, and then a quarter turn clockwise.</summary>
    public ImageOrientation TurnClockwise() => Transposes
        ? new ImageOrientation(false, !IsRightFirst, IsBottomFirst)
        : new ImageOrientation(true, IsRightFirst, !IsBottomFirst);
}
