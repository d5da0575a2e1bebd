using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>The gated feed-forward layer: <c>silu(x·W1) ⊙ (x·W2)</c>, projected back.</summary>
/// <remarks>Reference: <c>SwiGLUFFN</c> in <c>src/models/transformer.py</c> at commit 8b6c6f9.</remarks>
internal sealed class SwiGluFeedForward(int width, int hiddenWidth, bool hasBias = false) : Layer(nameof(SwiGluFeedForward))
{
    [ComponentName(Name = "w12")] private readonly LinearProjection _gateAndValue = new(width, 2 * hiddenWidth, hasBias);
    [ComponentName(Name = "last_linear")] private readonly LinearProjection _output = new(hiddenWidth, width, hasBias);

    /// <summary>[B, N, D] → [B, N, D].</summary>
    protected override Tensor Compute(Tensor input)
    {
        Tensor[] halves = _gateAndValue.call(input).chunk(2, -1); // 2 × [B, N, F]
        return _output.call(nn.functional.silu(halves[0]) * halves[1]);
    }
}

/// <summary>The plain feed-forward layer: linear, exact GELU, linear.</summary>
/// <remarks>Reference: <c>MlpFFN</c> in the same file.</remarks>
internal sealed class MlpFeedForward(int width, int hiddenWidth, double dropoutRate, bool hasBias = false) : Layer(nameof(MlpFeedForward))
{
    [ComponentName(Name = "linear1")] private readonly LinearProjection _hidden = new(width, hiddenWidth, hasBias);
    [ComponentName(Name = "last_linear")] private readonly LinearProjection _output = new(hiddenWidth, width, hasBias);

    /// <summary>[B, N, D] → [B, N, D].</summary>
    protected override Tensor Compute(Tensor input)
    {
        Tensor hidden = nn.functional.gelu(_hidden.call(input)); // [B, N, F]
        Tensor output = _output.call(nn.functional.dropout(hidden, dropoutRate, training));
        return nn.functional.dropout(output, dropoutRate, training);
    }
}
