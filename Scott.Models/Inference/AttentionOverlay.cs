using System.Numerics.Tensors;
using Scott.Models.Imaging;

namespace Scott.Models.Inference;

/// <summary>Draws the attention of a model over the image that it belongs to.</summary>
public static class AttentionOverlay
{
    /// <summary>The default opacity.</summary>
    public const float DefaultOpacity = 0.6f;

    /// <summary>Blends an image with a heat map of attention: black for the least, red for medium, yellow for the most attention.</summary>
    /// <param name="image">The image as the model saw it, of any size: <c>ImagePreprocessor.PreprocessToImageAsync</c> returns it.</param>
    /// <param name="perPatch">One number per patch, row-major, as <see cref="AttentionMaps.ReceivedByPatch"/> returns; scaled to their range.</param>
    /// <param name="opacity">How much of the result is the map, 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The opacity is not in [0, 1].</exception>
    /// <exception cref="ArgumentException">A grid of so many square patches does not have the shape of the image.</exception>
    public static RgbImage Draw(RgbImage image, ReadOnlySpan<float> perPatch, float opacity = DefaultOpacity)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfNegative(opacity);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(opacity, 1);
        int rows = (int)Math.Round(Math.Sqrt((double)perPatch.Length * image.Height / image.Width));
        int columns = rows == 0 ? 0 : perPatch.Length / rows;
        if (rows * columns == 0 || rows * columns != perPatch.Length || (long)rows * image.Width != (long)columns * image.Height)
        {
            throw new ArgumentException(
                $"There are {Plural.Of(perPatch.Length, "patch", "patches")}, and the image has {image.Width}×{image.Height} pixels; "
                    + "expected the image as the model saw it, so that square patches fill it.",
                nameof(perPatch));
        }

        (float low, float high) = (TensorPrimitives.Min(perPatch), TensorPrimitives.Max(perPatch));
        RgbImage map = HeatMap.Gray(perPatch, columns, rows, low, high).Resize(image.Width, image.Height, Interpolation.Bicubic);
        return HeatMap.Blend(image, map, opacity);
    }
}
