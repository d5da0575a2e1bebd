using Scott.Models.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Metrics;

/// <summary>
/// How far a model's features are from collapse. A JEPA loss can fall while every image gets the same vector; these numbers show it.
/// </summary>
/// <remarks>They compare images. Of a single one they say nothing: the deviation is 0, the ranks and the cosine are 1.</remarks>
/// <param name="StandardDeviation">The mean over dimensions of the standard deviation over images of vectors scaled to length √D; about 1 for independent vectors, 0 when all are equal.</param>
/// <param name="EffectiveRank">RankMe: e to the entropy of the normalized singular values, 1 to min(images, D). 1 when all vectors lie on a line.</param>
/// <param name="CenteredRank">The same of the vectors less their mean: in how many directions images differ, however little.</param>
/// <param name="MeanCosine">The mean cosine similarity of two different images; 1 when all are equal.</param>
public readonly record struct FeatureHealth(double StandardDeviation, double EffectiveRank, double CenteredRank, double MeanCosine)
{
    /// <summary>RankMe's, so that a zero has a logarithm.</summary>
    private const double RankEpsilon = 1e-7;

    private const double LengthEpsilon = 1e-12;

    /// <summary>Measures pooled features.</summary>
    /// <param name="features">[M, D], one vector per image, at least one.</param>
    /// <remarks>RankMe: Garrido et al., "RankMe: assessing the downstream performance of pretrained self-supervised representations by their rank", 2023.</remarks>
    internal static FeatureHealth Measure(Tensor features)
    {
        if (features.shape is not [>= 1, >= 1])
        {
            throw new ArgumentException("Expected [M, D] with at least one image.", nameof(features));
        }

        if (features.shape[0] == 1)
        {
            return new FeatureHealth(StandardDeviation: 0, EffectiveRank: 1, CenteredRank: 1, MeanCosine: 1);
        }

        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        Tensor values = features.to_type(ScalarType.Float64).cpu();
        long count = values.shape[0];
        Tensor unit = values / values.norm(1, keepdim: true, p: 2).AtLeast(LengthEpsilon); // [M, D]
        double deviation = unit.Times(Math.Sqrt(values.shape[1])).std(0, unbiased: false).mean().item<double>();

        // The sum of all pairwise cosines is the squared length of the sum of the unit vectors; those with themselves are taken off.
        double pairs = unit.sum([0L]).Squared().sum().item<double>() - unit.Squared().sum().item<double>();
        double rank = RankOf(values);
        double centered = RankOf(values - values.mean([0L], keepdim: true));
        return new FeatureHealth(deviation, rank, centered, pairs / (count * (count - 1.0)));
    }

    private static double RankOf(Tensor values)
    {
        Tensor singular = linalg.svdvals(values);
        Tensor share = (singular / singular.sum().AtLeast(LengthEpsilon)).Plus(RankEpsilon);
        return Math.Exp(-(share * share.log()).sum().item<double>());
    }
}
