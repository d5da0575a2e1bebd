using System.Numerics.Tensors;

namespace Scott.Models.Metrics;

/// <summary>Tells whether a model's features collapse: a JEPA loss can fall although all images get the same vector.</summary>
/// <remarks>The numbers compare images, so they mean nothing for a single image: the deviation is then 0, the ranks and the cosine are 1.</remarks>
/// <param name="StandardDeviation">Over images, of vectors scaled to length √D; the mean over dimensions. About 1 if independent, 0 if equal.</param>
/// <param name="EffectiveRank">RankMe: e to the entropy of the normalized singular values, 1 (all vectors on one line) to min(images, D).</param>
/// <param name="CenteredRank">The same after the mean is subtracted: the number of directions in which images differ, even slightly.</param>
/// <param name="MeanCosine">The mean cosine similarity of two different images; 1 when all are equal.</param>
public readonly record struct FeatureHealth(double StandardDeviation, double EffectiveRank, double CenteredRank, double MeanCosine)
{
    /// <summary>The epsilon of RankMe, because 0 has no logarithm.</summary>
    private const double RankEpsilon = 1e-7;
    private const double LengthEpsilon = 1e-12;

    /// <summary>Measures pooled features, [M, D] row-major: one vector per image, at least one.</summary>
    /// <remarks>Garrido et al., "RankMe: assessing … pretrained self-supervised representations by their rank", 2023.</remarks>
    internal static FeatureHealth Measure(ReadOnlySpan<float> features, int width, CancellationToken cancellationToken = default)
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
            cancellationToken.ThrowIfCancellationRequested();

            // The squared length of the sum of all unit vectors, minus the cosine of each vector with itself, is the sum of all pairwise cosines.
            TensorPrimitives.Divide(columns[i], lengths, unit);
            double sum = TensorPrimitives.Sum<double>(unit);
            pairs += (sum * sum) - TensorPrimitives.SumOfSquares<double>(unit);
            TensorPrimitives.Subtract(unit, sum / count, unit);
            deviations += Math.Sqrt(TensorPrimitives.SumOfSquares<double>(unit) / count);
        }

        double rank = Rank(columns, cancellationToken);
        columns.Center();
        return new FeatureHealth(deviations / Math.Sqrt(width), rank, Rank(columns, cancellationToken), pairs / (count * (count - 1.0)));
    }

    /// <summary>Computes RankMe from the singular values: the square roots of the eigenvalues of the columns' products.</summary>
    private static double Rank(FeatureColumns columns, CancellationToken cancellationToken)
    {
        double[] eigenvalues = SymmetricMatrix.Eigenvalues(columns.Products(cancellationToken), columns.Width, cancellationToken);
        IEnumerable<double> largest = eigenvalues.TakeLast(Math.Min(columns.Count, columns.Width));
        double[] singular = [.. largest.Select(value => Math.Sqrt(Math.Max(value, 0)))];
        double sum = Math.Max(singular.Sum(), LengthEpsilon);
        return Math.Exp(-singular.Select(value => (value / sum) + RankEpsilon).Sum(share => share * Math.Log(share)));
    }
}
