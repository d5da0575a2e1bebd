using System.Numerics.Tensors;

namespace Scott.Models.Metrics;

/// <summary>How far a model's features are from collapse. A JEPA loss can fall while every image gets the same vector: this shows it.</summary>
/// <remarks>They compare images. Of a single one they say nothing: the deviation is 0, the ranks and the cosine are 1.</remarks>
/// <param name="StandardDeviation">Over images, of vectors of length √D; the mean over dimensions. About 1 if independent, 0 if equal.</param>
/// <param name="EffectiveRank">RankMe: e to the entropy of the normalized singular values, 1 (all vectors on a line) to min(images, D).</param>
/// <param name="CenteredRank">The same of the vectors less their mean: in how many directions images differ, however little.</param>
/// <param name="MeanCosine">The mean cosine similarity of two different images; 1 when all are equal.</param>
public readonly record struct FeatureHealth(double StandardDeviation, double EffectiveRank, double CenteredRank, double MeanCosine)
{
    /// <summary>RankMe's, so that a zero has a logarithm.</summary>
    private const double RankEpsilon = 1e-7;
    private const double LengthEpsilon = 1e-12;

    /// <summary>Measures pooled features, [M, D] row-major: one vector per image, at least one.</summary>
    /// <remarks>Garrido et al., "RankMe: assessing … pretrained self-supervised representations by their rank", 2023.</remarks>
    internal static FeatureHealth Measure(ReadOnlySpan<float> features, int width)
    {
        if (width < 1 || features.Length < width)
            throw new ArgumentException("Expected [M, D] with at least one image.", nameof(features));

        int count = features.Length / width;
        if (count == 1)
            return new FeatureHealth(StandardDeviation: 0, EffectiveRank: 1, CenteredRank: 1, MeanCosine: 1);

        var columns = new FeatureColumns(features, width);
        double[] lengths = new double[count];
        for (int i = 0; i < width; i++)
            TensorPrimitives.MultiplyAdd(columns[i], columns[i], lengths, lengths);

        TensorPrimitives.Sqrt(lengths, lengths);
        TensorPrimitives.Max(lengths, LengthEpsilon, lengths);
        (double deviations, double pairs) = (0, 0);
        double[] unit = new double[count];
        for (int i = 0; i < width; i++)
        {
            // The sum of all pairwise cosines is the squared length of the sum of the unit vectors, less the cosines of vectors with themselves.
            TensorPrimitives.Divide(columns[i], lengths, unit);
            double sum = TensorPrimitives.Sum<double>(unit);
            pairs += (sum * sum) - TensorPrimitives.SumOfSquares<double>(unit);
            TensorPrimitives.Subtract(unit, sum / count, unit);
            deviations += Math.Sqrt(TensorPrimitives.SumOfSquares<double>(unit) / count);
        }

        double rank = Rank(columns);
        columns.Center();
        return new FeatureHealth(deviations / Math.Sqrt(width), rank, Rank(columns), pairs / (count * (count - 1.0)));
    }

    /// <summary>From the singular values, which are the roots of the eigenvalues of the columns' products.</summary>
    private static double Rank(FeatureColumns columns)
    {
        IEnumerable<double> largest = SymmetricMatrix.Eigenvalues(columns.Products(), columns.Width).TakeLast(Math.Min(columns.Count, columns.Width));
        double[] singular = [.. largest.Select(value => Math.Sqrt(Math.Max(value, 0)))];
        double sum = Math.Max(singular.Sum(), LengthEpsilon);
        return Math.Exp(-singular.Select(value => (value / sum) + RankEpsilon).Sum(share => share * Math.Log(share)));
    }
}
