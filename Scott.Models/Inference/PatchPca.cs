using Scott.Models.Metrics;
using System.Numerics.Tensors;
using Scott.Models.Foundation;
using Scott.Models.Imaging;

namespace Scott.Models.Inference;

/// <summary>
/// The three directions in which patch tokens vary most, shown as red, green and blue: patches that the model sees as alike get the same
/// colour. Immutable and thread-safe.
/// </summary>
/// <remarks>Paper, the figure of patch features; the directions are those of the covariance over all pictures given, so colours compare between them.</remarks>
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

    /// <summary>Finds the directions over the patches of one or more pictures.</summary>
    /// <param name="pictures">At least one; all of one width.</param>
    /// <exception cref="ArgumentException">There is none, one is null, or the widths differ.</exception>
    public static PatchPca Fit(params IReadOnlyList<PatchTokens> pictures)
    {
        pictures = Items.NotNull(pictures, "the tokens of an image");
        if (pictures.Count == 0 || pictures.Any(picture => picture.Width != pictures[0].Width))
        {
            throw new ArgumentException("There is no picture, or their tokens differ in width; expected at least one, all of one width.", nameof(pictures));
        }

        int width = pictures[0].Width;
        (double[] mean, double[][] directions) = PrincipalDirections.Find(Tokens(pictures), width, Components);
        var ranges = new (double Low, double High)[Components];
        for (int i = 0; i < Components; i++)
        {
            double[] values = [.. pictures.SelectMany(picture => Project(picture, mean, directions[i]))];
            ranges[i] = (values.Min(), values.Max());
        }

        return new PatchPca(width, mean, directions, ranges);
    }

    /// <summary>A picture's patches in these directions, each scaled to what the pictures of <see cref="Fit"/> span.</summary>
    /// <param name="picture">Its tokens.</param>
    /// <param name="sidePixels">The side of the result; the grid is enlarged smoothly (bicubic).</param>
    /// <exception cref="ArgumentException">The tokens have another width.</exception>
    public RgbImage ToImage(PatchTokens picture, int sidePixels)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sidePixels);
        if (picture.Width != _width)
        {
            throw new ArgumentException($"The tokens have {Plural.Of(picture.Width, "number")}; these directions are for {_width}.", nameof(picture));
        }

        byte[] pixels = new byte[picture.GridSide * picture.GridSide * Components];
        for (int i = 0; i < Components; i++)
        {
            (double low, double high) = _ranges[i];
            bool isSpanned = high - low > NegligibleShare * (_ranges[0].High - _ranges[0].Low);
            double[] values = Project(picture, _mean, _directions[i]);
            for (int patch = 0; patch < values.Length; patch++)
            {
                double share = isSpanned ? (values[patch] - low) / (high - low) : 0.5;
                pixels[(patch * Components) + i] = (byte)Math.Round(255 * Math.Clamp(share, 0, 1));
            }
        }

        return RgbImage.FromPixels(pixels, picture.GridSide, picture.GridSide, PixelLayout.Rgb24).Resize(sidePixels, sidePixels, Interpolation.Bicubic);
    }

    private static double[] Project(PatchTokens picture, double[] mean, double[] direction)
    {
        double offset = TensorPrimitives.Dot<double>(mean, direction);
        return [.. Tokens(picture).Select(token =>
        {
            double sum = -offset;
            for (int i = 0; i < direction.Length; i++)
            {
                sum += token.Span[i] * direction[i];
            }

            return sum;
        })];
    }

    private static IEnumerable<ReadOnlyMemory<float>> Tokens(PatchTokens picture) =>
        Enumerable.Range(0, picture.GridSide * picture.GridSide).Select(patch => picture.Values.Slice(patch * picture.Width, picture.Width));

    private static IEnumerable<ReadOnlyMemory<float>> Tokens(IEnumerable<PatchTokens> pictures) => pictures.SelectMany(Tokens);
}
