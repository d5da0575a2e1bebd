using Scott.Models.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Training;

/// <summary>Invariance, variance and covariance of whole images' vectors. See <see cref="ImageLevelWeights"/> for formulas and sources.</summary>
internal static class ImageLevelLoss
{
    private const double Epsilon = 1e-4;

    /// <summary>The vectors of context and target [M, D], row for row of the same image, M at least 2 → a scalar ≥ 0.</summary>
    public static Tensor Compute(Tensor vectors, Tensor targets, ImageLevelWeights weights)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor centered = vectors - vectors.mean([0], keepdim: true); // [M, D]
        Tensor covariance = centered.t().matmul(centered).Over(vectors.shape[0] - 1); // [D, D]
        Tensor variances = covariance.diagonal(); // [D]
        Tensor missing = variances.Plus(Epsilon).sqrt().neg().Plus(weights.Deviation).relu();
        Tensor offDiagonal = (covariance.Squared().sum() - variances.Squared().sum()).Over(vectors.shape[1]);
        Tensor loss = (vectors - targets).Squared().mean().Times(weights.Invariance)
            .Plus(missing.mean().Times(weights.Variance))
            .Plus(offDiagonal.Times(weights.Covariance));
        return loss.MoveToOuterDisposeScope();
    }

    /// <summary>Tokens [B, N, D] and a mask [B, N], 1 = counts → the mean of each image's tokens that count, normalized first: [B, D].</summary>
    public static Tensor Pool(Tensor tokens, Tensor keepMask)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor weight = keepMask.to_type(tokens.dtype).unsqueeze(-1); // [B, N, 1]
        Tensor sum = (FeatureNorm.Apply(tokens) * weight).sum([1]); // [B, D]
        return (sum / weight.sum([1])).MoveToOuterDisposeScope();
    }
}
