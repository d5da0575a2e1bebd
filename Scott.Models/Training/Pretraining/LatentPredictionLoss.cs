using Scott.Models.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Training;

/// <summary>Smooth-L1 (β 1) between predicted and target tokens: the mean over width and hidden patches of a sample, then over samples.</summary>
/// <remarks>Paper, section 3.2; reference: <c>src/mimjepa.py</c> at commit 8b6c6f9; both of its terms 1e-8 are kept.</remarks>
internal static class LatentPredictionLoss
{
    private const double Epsilon = 1e-8;

    /// <summary>Predicted and target tokens [B, N, D] and the keep-mask [B, N] → a scalar ≥ 0.</summary>
    public static Tensor Compute(Tensor predicted, Tensor target, Tensor keepMask)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor hidden = keepMask.to_type(predicted.dtype).neg().Plus(1); // [B, N]
        Tensor perElement = nn.functional.smooth_l1_loss(predicted, target, nn.Reduction.None); // [B, N, D]
        Tensor perPatch = perElement.sum(-1).Plus(Epsilon).Over(predicted.shape[^1]); // [B, N]
        Tensor perSample = (hidden * perPatch).sum(-1) / hidden.sum(-1).Plus(Epsilon); // [B]
        return perSample.mean().MoveToOuterDisposeScope();
    }
}
