using SkiaSharp;

namespace Scott.Models.Imaging;

/// <summary>A decoded, upright image.</summary>
internal readonly record struct DecodedImage(PixelBuffer Pixels, int FullWidth, int FullHeight, PixelBox Content) : IDisposable
{
    /// <summary>An image in full size.</summary>
    public DecodedImage(PixelBuffer pixels)
        : this(pixels, pixels.Width, pixels.Height, new PixelBox(0, 0, pixels.Width, pixels.Height))
    {
    }

    public void Dispose() => Pixels.Dispose();
}

/// <summary>A rectangle whose borders may lie within pixels. In single precision, as Pillow's boxes are.</summary>
internal readonly record struct PixelBox(float Left, float Top, float Right, float Bottom)
{
    /// <summary>
    /// What the image covers of a reduced decode, turned upright. An image of 9 pixels decoded at 1/8 has 2: the first covers 8, and of the second an
    /// eighth is image. A resize that took both for whole would move the image's content.
    /// </summary>
    public static PixelBox OfReduced(SKSizeI full, SKSizeI decoded, float scale, SKEncodedOrigin origin)
    {
        bool isRightFirst = origin is SKEncodedOrigin.TopRight or SKEncodedOrigin.BottomRight
            or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;
        bool isBottomFirst = origin is SKEncodedOrigin.BottomRight or SKEncodedOrigin.BottomLeft
            or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom;
        (float start, float end) horizontal = Side(full.Width * scale, decoded.Width, isRightFirst);
        (float start, float end) vertical = Side(full.Height * scale, decoded.Height, isBottomFirst);
        return PixelOrientation.Transposes(origin)
            ? new PixelBox(vertical.start, horizontal.start, vertical.end, horizontal.end)
            : new PixelBox(horizontal.start, vertical.start, horizontal.end, vertical.end);
    }

    private static (float Start, float End) Side(float covered, int length, bool isReversed) =>
        isReversed ? (length - covered, length) : (0, covered);
}
