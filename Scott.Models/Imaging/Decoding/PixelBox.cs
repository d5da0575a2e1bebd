using SkiaSharp;

namespace Scott.Models.Imaging;

/// <summary>A rectangle whose borders may lie within pixels. In single precision, as Pillow's boxes are.</summary>
internal readonly record struct PixelBox(float Left, float Top, float Right, float Bottom)
{
    /// <summary>
    /// What the image covers of a reduced decode, turned upright. An image of 9 pixels decoded at 1/8 has 2: the first covers 8, and of the second an
    /// eighth is image. A resize that took both for whole would move the image's content.
    /// </summary>
    /// <param name="full">The stored size.</param>
    /// <param name="decoded">The size decoded to, not yet turned.</param>
    /// <param name="scale">How many decoded pixels one stored pixel becomes.</param>
    /// <param name="origin">How the image is turned.</param>
    public static PixelBox OfReduced(SKSizeI full, SKSizeI decoded, float scale, SKEncodedOrigin origin)
    {
        (float start, float end) horizontal = Side(full.Width * scale, decoded.Width, IsRightFirst(origin));
        (float start, float end) vertical = Side(full.Height * scale, decoded.Height, IsBottomFirst(origin));
        return PixelOrientation.Transposes(origin)
            ? new PixelBox(vertical.start, horizontal.start, vertical.end, horizontal.end)
            : new PixelBox(horizontal.start, vertical.start, horizontal.end, vertical.end);
    }

    private static (float Start, float End) Side(float covered, int length, bool isReversed) => isReversed ? (length - covered, length) : (0, covered);

    /// <summary>The stored right side comes to the left, or to the top.</summary>
    private static bool IsRightFirst(SKEncodedOrigin origin) =>
        origin is SKEncodedOrigin.TopRight or SKEncodedOrigin.BottomRight or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;

    /// <summary>The stored lower side comes to the top, or to the left.</summary>
    private static bool IsBottomFirst(SKEncodedOrigin origin) =>
        origin is SKEncodedOrigin.BottomRight or SKEncodedOrigin.BottomLeft or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom;
}
