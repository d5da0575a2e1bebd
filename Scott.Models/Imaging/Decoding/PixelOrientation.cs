using SkiaSharp;

namespace Scott.Models.Imaging;

/// <summary>Turns a decoded image upright, as its EXIF orientation asks.</summary>
/// <remarks>Same result as Pillow's <c>ImageOps.exif_transpose</c>.</remarks>
internal static class PixelOrientation
{
    /// <summary>The side of the squares that a transposition works in: both sides of a square then fit the nearest cache.</summary>
    private const int Block = 16;

    /// <summary>The orientations that exchange width and height.</summary>
    public static bool Transposes(SKEncodedOrigin origin) => origin >= SKEncodedOrigin.LeftTop;

    /// <summary>Turns an image. Owns <paramref name="pixels"/> from then on: it is returned or disposed of.</summary>
    public static PixelBuffer Apply(PixelBuffer pixels, SKEncodedOrigin origin)
    {
        if (Transposes(origin))
        {
            using (pixels)
            {
                return Transpose(
                    pixels,
                    isRightToLeft: origin is SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom,
                    isBottomUp: origin is SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom);
            }
        }

        if (origin is SKEncodedOrigin.BottomRight or SKEncodedOrigin.BottomLeft)
            MemoryMarshal.Cast<byte, uint>(pixels.Bytes).Reverse();

        if (origin is SKEncodedOrigin.TopRight or SKEncodedOrigin.BottomLeft)
            pixels.FlipHorizontally();

        return pixels;
    }

    /// <summary>
    /// Columns become rows. The first new row is the last column if right to left; its first pixel is the column's last if bottom up.
    /// </summary>
    private static PixelBuffer Transpose(PixelBuffer pixels, bool isRightToLeft, bool isBottomUp)
    {
        PixelBuffer result = PixelBuffer.Rent(pixels.Height, pixels.Width);
        ReadOnlySpan<uint> from = MemoryMarshal.Cast<byte, uint>(pixels.Bytes);
        Span<uint> to = MemoryMarshal.Cast<byte, uint>(result.Bytes);
        int columnStep = isBottomUp ? -pixels.Width : pixels.Width;
        for (int blockY = 0; blockY < result.Height; blockY += Block)
        {
            for (int blockX = 0; blockX < result.Width; blockX += Block)
            {
                int endY = Math.Min(blockY + Block, result.Height), count = Math.Min(Block, result.Width - blockX);
                for (int y = blockY; y < endY; y++)
                {
                    int column = isRightToLeft ? pixels.Width - 1 - y : y;
                    int at = ((isBottomUp ? pixels.Height - 1 - blockX : blockX) * pixels.Width) + column;
                    Span<uint> row = to.Slice((y * result.Width) + blockX, count);
                    for (int x = 0; x < row.Length; x++, at += columnStep)
                        row[x] = from[at];
                }
            }
        }

        return result;
    }
}
