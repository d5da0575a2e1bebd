using System.Numerics.Tensors;
using Scott.Models.Metrics;

namespace Scott.Models.Inference;

/// <summary>Makes the vectors of an image's patches from the tokens of some blocks. Immutable and thread-safe.</summary>
/// <remarks>PatchCore (Roth et al., 2022, arXiv 2106.08265), section 3.1: mid-level features, each averaged over its neighborhood. Differs from the
/// paper: all blocks of a ViT have one grid, so no level is resampled; at the border the mean is over the patches that exist.</remarks>
internal sealed class PatchFeatures(IReadOnlyList<int> blocks, int neighborhood, PatchScaling scaling, int tokenWidth)
{
    /// <summary>Squares of such numbers, and sums of them, stay finite in single precision.</summary>
    public const float LargestNumber = 1e15f;

    /// <summary>A number that varies less than this share of the usual deviation is almost constant: it is not scaled up further.</summary>
    private const double LeastDeviation = 0.01;

    /// <summary>W: the length of a patch's vector.</summary>
    public int Width { get; } = blocks.Count * tokenWidth;

    /// <summary>What the numbers are, for the fingerprint.</summary>
    public string Describe(int imagePixels) => FormattableString.Invariant(
        $"patches of {imagePixels} pixels, blocks {string.Join(' ', blocks)}, neighborhood {neighborhood}, {scaling}");

    /// <summary>The vectors [N, W] of an image, row-major over its patches. Not yet standardized.</summary>
    public float[] Of(ImageEmbedding image)
    {
        PatchTokens first = image.Blocks[blocks[0]];
        float[] features = new float[first.GridRows * first.GridColumns * Width];
        for (int i = 0; i < blocks.Count; i++)
        {
            PatchTokens tokens = image.Blocks[blocks[i]];
            for (int patch = 0; patch < first.GridRows * first.GridColumns; patch++)
            {
                Span<float> part = features.AsSpan((patch * Width) + (i * tokenWidth), tokenWidth);
                Average(tokens, patch / tokens.GridColumns, patch % tokens.GridColumns, part);
                if (scaling == PatchScaling.UnitLength && Similarity.Length(part) is > 0 and float length)
                    TensorPrimitives.Divide(part, length, part);
            }
        }

        return features;
    }

    /// <summary>Whether all numbers can be compared.</summary>
    public static bool AreLegal(ReadOnlySpan<float> numbers) =>
        numbers.IsEmpty || TensorPrimitives.MaxMagnitude(numbers) is >= -LargestNumber and <= LargestNumber;

    /// <summary>Finds the mean and the divisor of each number over the patches; <see langword="null"/> if nothing is standardized.</summary>
    public PatchStandardization? Standardize(IReadOnlyList<float[]> images)
    {
        if (scaling != PatchScaling.Standardized)
            return null;

        (double[] sums, double[] squares, double[] row) = (new double[Width], new double[Width], new double[Width]);
        long rows = 0;
        foreach (float[] image in images)
        {
            for (int at = 0; at < image.Length; at += Width, rows++)
            {
                TensorPrimitives.ConvertTruncating<float, double>(image.AsSpan(at, Width), row);
                TensorPrimitives.Add<double>(sums, row, sums);
                TensorPrimitives.MultiplyAdd<double>(row, row, squares, squares);
            }
        }

        double[] deviations = [.. sums.Zip(squares, (sum, square) => Math.Sqrt(Math.Max(0, (square / rows) - (sum / rows * (sum / rows)))))];
        double least = LeastDeviation * Math.Sqrt(deviations.Average(deviation => deviation * deviation));
        return new PatchStandardization(
            [.. sums.Select(sum => (float)(sum / rows))],
            [.. deviations.Select(deviation => Math.Max(deviation, least) is > 0 and double divisor ? (float)divisor : 1)]);
    }

    /// <summary>The mean over the patches around one.</summary>
    private void Average(PatchTokens tokens, int row, int column, Span<float> mean)
    {
        int reach = neighborhood / 2;
        (int top, int bottom) = (Math.Max(0, row - reach), Math.Min(tokens.GridRows - 1, row + reach));
        (int left, int right) = (Math.Max(0, column - reach), Math.Min(tokens.GridColumns - 1, column + reach));
        for (int y = top; y <= bottom; y++)
        {
            for (int x = left; x <= right; x++)
                TensorPrimitives.Add(mean, tokens[y, x], mean);
        }

        TensorPrimitives.Divide(mean, (bottom - top + 1) * (right - left + 1), mean);
    }
}

/// <summary>The mean and the divisor of each number of a patch. Immutable.</summary>
internal sealed record PatchStandardization(float[] Mean, float[] Divisor)
{
    /// <summary>Standardizes the vectors of an image in place.</summary>
    public void Apply(float[] features)
    {
        for (int at = 0; at < features.Length; at += Mean.Length)
        {
            Span<float> row = features.AsSpan(at, Mean.Length);
            TensorPrimitives.Subtract(row, Mean, row);
            TensorPrimitives.Divide(row, Divisor, row);
        }
    }
}
