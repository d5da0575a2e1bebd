using System.Numerics.Tensors;
using Scott.Models.Imaging;

namespace Scott.Models.Inference;

/// <summary>Draws the attention of a model over the image that it belongs to.</summary>
public static class AttentionOverlay
{
    /// <summary>The default opacity.</summary>
    public const float DefaultOpacity = 0.6f;

    /// <summary>Blends an image with a heat map of attention: black for the least, red for medium, yellow for the most attention.</summary>
    /// <param name="image">The image as the model saw it: <c>ImagePreprocessor.PreprocessToImageAsync</c> returns it. Square, of any size.</param>
    /// <param name="perPatch">One number per patch, row-major, as <see cref="AttentionMaps.ReceivedByPatch"/> returns; scaled to their range.</param>
    /// <param name="opacity">How much of the result is the map, 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The opacity is not in [0, 1].</exception>
    /// <exception cref="ArgumentException">The image is not square, or the number of patches is not a square number.</exception>
    public static RgbImage Draw(RgbImage image, ReadOnlySpan<float> perPatch, float opacity = DefaultOpacity)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfNegative(opacity);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(opacity, 1);
        int side = (int)Math.Sqrt(perPatch.Length);
        if (side == 0 || side * side != perPatch.Length)
            throw new ArgumentException($"There are {Plural.Of(perPatch.Length, "patch", "patches")}; expected a square number.", nameof(perPatch));

        if (image.Width != image.Height)
            throw new ArgumentException($"The image has {image.Width}×{image.Height} pixels; expected a square, as the model saw it.", nameof(image));

        RgbImage map = Gray(perPatch, side).Resize(image.Width, image.Height, Interpolation.Bicubic);
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

    private static RgbImage Gray(ReadOnlySpan<float> perPatch, int side)
    {
        (float low, float high) = (TensorPrimitives.Min(perPatch), TensorPrimitives.Max(perPatch));
        byte[] gray = new byte[perPatch.Length];
        for (int i = 0; i < gray.Length; i++)
            gray[i] = high > low ? (byte)Math.Round(255 * (perPatch[i] - low) / (high - low)) : (byte)0;

        return RgbImage.FromPixels(gray, side, side, PixelLayout.Gray8);
    }
}
