using System.Numerics.Tensors;
using Scott.Models.Imaging;
using Scott.Models.Metrics;

namespace Scott.Models.Inference;

/// <summary>Colors patches by the three directions in which their tokens vary most: patches that the model finds alike get similar colors.</summary>
/// <remarks>Paper: the figure of patch features. All images share one covariance, so colors are comparable. Immutable and thread-safe.</remarks>
public sealed class PatchPca
{
    private const int Components = 3;

    /// <summary>A direction whose range is below this share of the strongest one is rounding error, and gets a constant color.</summary>
    private const double NegligibleShare = 1e-6;

    private readonly int _width;
    private readonly double[] _mean;
    private readonly double[][] _directions;
    private readonly (double Low, double High)[] _ranges;

    private PatchPca(IReadOnlyList<PatchTokens> images)
    {
        _width = images[0].Width;
        (_mean, _directions) = PrincipalDirections.Find([.. images.SelectMany(image => image.Values.ToArray())], _width, Components);
        _ranges = [.. _directions.Select(direction =>
        {
            double[] values = [.. images.SelectMany(image => Project(image, direction))];
            return (values.Min(), values.Max());
        })];
    }

    /// <summary>Finds the directions over the patches of one or more images.</summary>
    /// <param name="images">The tokens of at least one image, all of the same width.</param>
    /// <exception cref="ArgumentException">There is no image, one is null, or the widths differ.</exception>
    public static PatchPca Fit(params IEnumerable<PatchTokens> images)
    {
        PatchTokens[] all = Items.NotNull(images, "the tokens of an image");
        return all.DistinctBy(image => image.Width).Count() == 1
            ? new PatchPca(all)
            : throw new ArgumentException(
                "There is no image, or their tokens differ in width; expected at least one, all of one width.", nameof(images));
    }

    /// <summary>Draws an image's patches. Each direction is scaled to its range over the images of <see cref="Fit"/>.</summary>
    /// <param name="image">Its tokens.</param>
    /// <param name="sidePixels">The long side of the result, at least 1; its shape is that of the grid, which is enlarged smoothly (bicubic).</param>
    /// <exception cref="ArgumentException">The tokens have another width.</exception>
    public RgbImage ToImage(PatchTokens image, int sidePixels)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sidePixels);
        if (image.Width != _width)
            throw new ArgumentException($"The tokens have {Plural.Of(image.Width, "number")}; these directions are for {_width}.", nameof(image));

        byte[] pixels = new byte[image.GridRows * image.GridColumns * Components];
        for (int i = 0; i < Components; i++)
        {
            (double low, double high) = _ranges[i];
            bool isSpanned = high - low > NegligibleShare * (_ranges[0].High - _ranges[0].Low);
            double[] values = Project(image, _directions[i]);
            for (int patch = 0; patch < values.Length; patch++)
            {
                double share = isSpanned ? (values[patch] - low) / (high - low) : 0.5;
                pixels[(patch * Components) + i] = (byte)Math.Round(255 * Math.Clamp(share, 0, 1));
            }
        }

        double scale = (double)sidePixels / Math.Max(image.GridRows, image.GridColumns);
        int Side(int patches) => Math.Max(1, (int)Math.Round(patches * scale));
        return RgbImage
            .FromPixels(pixels, image.GridColumns, image.GridRows, PixelLayout.Rgb24)
            .Resize(Side(image.GridColumns), Side(image.GridRows), Interpolation.Bicubic);
    }

    private double[] Project(PatchTokens image, double[] direction)
    {
        double offset = TensorPrimitives.Dot<double>(_mean, direction);
        double[] values = new double[image.GridRows * image.GridColumns];
        double[] token = new double[_width];
        for (int patch = 0; patch < values.Length; patch++)
        {
            TensorPrimitives.ConvertTruncating<float, double>(image.Values.Span.Slice(patch * _width, _width), token);
            values[patch] = TensorPrimitives.Dot<double>(token, direction) - offset;
        }

        return values;
    }
}
