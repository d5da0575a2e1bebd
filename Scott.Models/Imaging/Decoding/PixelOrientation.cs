using SkiaSharp;

namespace Scott.Models.Imaging;

/// <summary>Turns a decoded image upright, as its EXIF orientation asks.</summary>
/// <remarks>Same result as Pillow's <c>ImageOps.exif_transpose</c>.</remarks>
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
    public static PixelBuffer Apply(PixelBuffer pixels, SKEncodedOrigin origin)
    {
        if (Transposes(origin))
        {
            using (pixels)
                return Transpose(pixels, IsRightFirst(origin), IsBottomFirst(origin));
        }

        if (IsBottomFirst(origin))
            MemoryMarshal.Cast<byte, uint>(pixels.Bytes).Reverse();
        if (origin is SKEncodedOrigin.TopRight or SKEncodedOrigin.BottomLeft)
            pixels.FlipHorizontally();

        return pixels;
    }

    /// <summary>Turns columns into rows: starts at the last column if right to left, and at the last pixel of each column if bottom up.</summary>
    private static PixelBuffer Transpose(PixelBuffer pixels, bool isRightToLeft, bool isBottomUp)
    {
        var result = new PixelBuffer(pixels.Height, pixels.Width);
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
