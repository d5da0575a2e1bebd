using Scott.Models.Common;
using Scott.Models.Configuration;
using Scott.Models.Imaging;

namespace Scott.Models.Features;

/// <summary>
/// The three directions in which patch tokens vary most, shown as red, green and blue: patches that the model sees as alike get the same
/// colour. Immutable and thread-safe.
/// </summary>
/// <remarks>Paper, the figure of patch features; the directions are those of the covariance over all pictures given, so colours compare between them.</remarks>
public sealed class PatchPca
{
    private const int Components = 3;
    private const int MaximumIterations = 500;
    private const double Tolerance = 1e-10;

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
    /// <exception cref="ArgumentException">There is none, or the widths differ.</exception>
    public static PatchPca Fit(params IReadOnlyList<PatchTokens> pictures)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        if (pictures.Count == 0 || pictures.Any(picture => picture.Width != pictures[0].Width))
        {
            throw new ArgumentException("There is no picture, or their tokens differ in width; expected at least one, all of one width.", nameof(pictures));
        }

        int width = pictures[0].Width;
        double[] mean = Mean(pictures, width);
        double[][] directions = Directions(Covariance(pictures, mean), width);
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
            throw new ArgumentException($"The tokens have {picture.Width} numbers; these directions are for {_width}.", nameof(picture));
        }

        byte[] pixels = new byte[picture.GridSide * picture.GridSide * Components];
        for (int i = 0; i < Components; i++)
        {
            (double low, double high) = _ranges[i];
            double[] values = Project(picture, _mean, _directions[i]);
            for (int patch = 0; patch < values.Length; patch++)
            {
                double share = high > low ? (values[patch] - low) / (high - low) : 0.5;
                pixels[(patch * Components) + i] = (byte)Math.Round(255 * Math.Clamp(share, 0, 1));
            }
        }

        return RgbImage.FromPixels(pixels, picture.GridSide, picture.GridSide, PixelLayout.Rgb24).Resize(sidePixels, sidePixels, Interpolation.Bicubic);
    }

    private static double[] Mean(IReadOnlyList<PatchTokens> pictures, int width)
    {
        double[] mean = new double[width];
        long count = 0;
        foreach (ReadOnlyMemory<float> token in pictures.SelectMany(Tokens))
        {
            count++;
            for (int i = 0; i < width; i++)
            {
                mean[i] += token.Span[i];
            }
        }

        return [.. mean.Select(sum => sum / count)];
    }

    private static double[] Covariance(IReadOnlyList<PatchTokens> pictures, double[] mean)
    {
        int width = mean.Length;
        double[] covariance = new double[width * width];
        double[] centred = new double[width];
        foreach (ReadOnlyMemory<float> token in pictures.SelectMany(Tokens))
        {
            for (int i = 0; i < width; i++)
            {
                centred[i] = token.Span[i] - mean[i];
            }

            for (int i = 0; i < width; i++)
            {
                Span<double> row = covariance.AsSpan(i * width, width);
                System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(centred, centred[i], row, row);
            }
        }

        return covariance;
    }

    /// <summary>The leading eigenvectors, by power iteration with deflation; the largest entry of each is positive, so that colours repeat.</summary>
    private static double[][] Directions(double[] covariance, int width)
    {
        double[][] found = new double[Components][];
        var random = new DeterministicRandom(0, nameof(PatchPca));
        for (int component = 0; component < Components; component++)
        {
            double[] vector = [.. Enumerable.Range(0, width).Select(_ => random.NextNormal())];
            for (int iteration = 0; iteration < MaximumIterations; iteration++)
            {
                double[] next = [.. Enumerable.Range(0, width).Select(i => Dot(covariance.AsSpan(i * width, width), vector))];
                double change = Settle(next, vector, found.AsSpan(0, component));
                vector = next;
                if (change < Tolerance)
                {
                    break;
                }
            }

            double sign = vector.MaxBy(Math.Abs) < 0 ? -1 : 1;
            found[component] = [.. vector.Select(value => sign * value)];
        }

        return found;
    }

    /// <summary>Makes a vector orthogonal to those found and of length 1, and returns how far it is from the one before.</summary>
    private static double Settle(double[] vector, double[] before, ReadOnlySpan<double[]> found)
    {
        foreach (double[] direction in found)
        {
            System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(direction, -Dot(vector, direction), vector, vector);
        }

        double length = Math.Sqrt(Dot(vector, vector));
        System.Numerics.Tensors.TensorPrimitives.Multiply(vector, length > 0 ? 1 / length : 0, vector);
        return length > 0 ? 1 - Math.Abs(Dot(vector, before) / Math.Sqrt(Dot(before, before))) : 0;
    }

    private static double[] Project(PatchTokens picture, double[] mean, double[] direction)
    {
        double offset = Dot(mean, direction);
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

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b) => System.Numerics.Tensors.TensorPrimitives.Dot(a, b);
}
