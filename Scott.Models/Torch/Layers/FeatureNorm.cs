using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>LayerNorm over the last dimension without learned scale or shift, eps 1e-5: in every block, on the targets, and on features.</summary>
internal static class FeatureNorm
{
    private const double Epsilon = 1e-5;

    /// <summary>[…, D] → […, D], mean 0 and variance 1 over D.</summary>
    public static Tensor Apply(Tensor input) => nn.functional.layer_norm(input, [input.shape[^1]], eps: Epsilon);
}
