using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>Stochastic depth: while training, drops a residual branch for whole samples and scales the others by 1 / (1 − rate).</summary>
internal sealed class DropPath(double rate) : nn.Module<Tensor, Tensor>(nameof(DropPath))
{
    /// <summary>[B, N, D] → [B, N, D]; the input itself when nothing is dropped.</summary>
    public override Tensor forward(Tensor input)
    {
        if (!training || rate <= 0)
            return input.alias();

        using DisposeScope scope = NewDisposeScope();
        double keepProbability = 1 - rate;
        Tensor isKept = rand([input.shape[0], 1, 1], device: input.device).IsBelow(keepProbability); // [B, 1, 1]
        return (input.Over(keepProbability) * isKept.to_type(input.dtype)).MoveToOuterDisposeScope();
    }
}
