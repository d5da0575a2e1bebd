using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>Stochastic depth: while training, drops a residual branch for whole samples and scales the others by 1 / (1 − rate).</summary>
internal sealed class DropPath(double rate) : Layer(nameof(DropPath))
{
    /// <summary>[B, N, D] → [B, N, D].</summary>
    public override Tensor forward(Tensor input) => training && rate > 0 ? base.forward(input) : input.alias();

    protected override Tensor Compute(Tensor input)
    {
        double keepProbability = 1 - rate;
        Tensor isKept = rand([input.shape[0], 1, 1], device: input.device).IsBelow(keepProbability); // [B, 1, 1]
        return input.Over(keepProbability) * isKept.to_type(input.dtype);
    }
}
