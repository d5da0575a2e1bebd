using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>The gated feed-forward layer: <c>silu(x·W1) ⊙ (x·W2)</c>, projected back; no biases.</summary>
/// <remarks>Reference: <c>SwiGLUFFN</c> in <c>src/models/transformer.py</c> at commit 8b6c6f9.</remarks>
internal sealed class SwiGluFeedForward : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "w12")]
    private readonly LinearProjection _gateAndValue;

    [ComponentName(Name = "last_linear")]
    private readonly LinearProjection _output;

    public SwiGluFeedForward(int width, int hiddenWidth)
        : base(nameof(SwiGluFeedForward))
    {
        _gateAndValue = new LinearProjection(width, 2 * hiddenWidth);
        _output = new LinearProjection(hiddenWidth, width);
        RegisterComponents();
    }

    /// <summary>[B, N, D] → [B, N, D].</summary>
    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] halves = _gateAndValue.call(input).chunk(2, -1); // 2 × [B, N, F]
        return _output.call(nn.functional.silu(halves[0]) * halves[1]).MoveToOuterDisposeScope();
    }
}
