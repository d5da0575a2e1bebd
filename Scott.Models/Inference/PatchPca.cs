using System.Numerics.Tensors;
using Scott.Models.Imaging;
using Scott.Models.Metrics;

namespace Scott.Models.Inference;

/// <summary>
/// The three directions in which patch tokens vary most, shown as red, green and blue: patches that the model sees as alike get the same
/// color. Immutable and thread-safe.
/// </summary>
/// <remarks>Paper, the figure of patch features. One covariance serves all images given, so that colors compare between them.</remarks>
public sealed class PatchPca
{
    private const int Components = 3;

    /// <summary>A direction that spans less than this of the strongest one is rounding, and is shown as even.</summary>
    private const double NegligibleShare = 1e-6;

    private readonly int _width;
    private readonly double[] _mean;
    private readonly double[][] _directions;
    private readonly (double Low, double High)[] _ranges;

    private PatchPca(int width, double[] mean, double[][] directions, (double Low, double High)[] ranges)
    {
        _width = width;
        _mean = mean;
        _directions = directions;
        _ranges = ranges;
    }

    /// <summary>Finds the directions over the patches of one or more images.</summary>
    /// <param name="images">At least one; all of one width.</param>
    /// <exception cref="ArgumentException">There is none, one is null, or the widths differ.</exception>
    public static PatchPca Fit(params IReadOnlyList<PatchTokens> images)
    {
        images = Items.NotNull(images, "the tokens of an image");
        if (images.Count == 0 || images.Any(image => image.Width != images[0].Width))
        {
            throw new ArgumentException(
                "There is no image, or their tokens differ in width; expected at least one, all of one width.", nameof(images));
        }

        int width = images[0].Width;
        (double[] mean, double[][] directions) = PrincipalDirections.Find([.. images.SelectMany(image => image.Values.ToArray())], width, Components);
        var ranges = new (double Low, double High)[Components];
        for (int i = 0; i < Components; i++)
        {
            double[] values = [.. images.SelectMany(image => Project(image, mean, directions[i]))];
            ranges[i] = (values.Min(), values.Max());
        }

        return new PatchPca(width, mean, directions, ranges);
    }

    /// <summary>An image's patches in these directions, each scaled to what the images of <see cref="Fit"/> span.</summary>
    /// <param name="image">Its tokens.</param>
    /// <param name="sidePixels">The side of the result; the grid is enlarged smoothly (bicubic).</param>
    /// <exception cref="ArgumentException">The tokens have another width.</exception>
    public RgbImage ToImage(PatchTokens image, int sidePixels)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sidePixels);
        if (image.Width != _width)
            throw new ArgumentException($"The tokens have {Plural.Of(image.Width, "number")}; these directions are for {_width}.", nameof(image));

        byte[] pixels = new byte[image.GridSide * image.GridSide * Components];
        for (int i = 0; i < Components; i++)
        {
            (double low, double high) = _ranges[i];
            bool isSpanned = high - low > NegligibleShare * (_ranges[0].High - _ranges[0].Low);
            double[] values = Project(image, _mean, _directions[i]);
            for (int patch = 0; patch < values.Length; patch++)
            {
                double share = isSpanned ? (values[patch] - low) / (high - low) : 0.5;
                pixels[(patch * Components) + i] = (byte)Math.Round(255 * Math.Clamp(share, 0, 1));
            }
        }

        return RgbImage.FromPixels(pixels, image.GridSide, image.GridSide, PixelLayout.Rgb24).Resize(sidePixels, sidePixels, Interpolation.Bicubic);
    }

    private static double[] Project(PatchTokens image, double[] mean, double[] direction)
    {
        double offset = TensorPrimitives.Dot<double>(mean, direction);
        return [.. Tokens(image).Select(token =>
        {
            double sum = -offset;
            for (int i = 0; i < direction.Length; i++)
                sum += token.Span[i] * direction[i];

            return sum;
        })];
    }

    private static IEnumerable<ReadOnlyMemory<float>> Tokens(PatchTokens image) =>
        Enumerable.Range(0, image.GridSide * image.GridSide).Select(patch => image.Values.Slice(patch * image.Width, image.Width));
}
