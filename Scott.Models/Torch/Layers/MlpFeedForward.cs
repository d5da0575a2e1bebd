using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>The plain feed-forward layer: linear, exact GELU, linear; no biases.</summary>
/// <remarks>Reference: <c>MlpFFN</c> in <c>src/models/transformer.py</c> at commit 8b6c6f9.</remarks>
internal sealed class MlpFeedForward : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "linear1")]
    private readonly LinearProjection _hidden;

    [ComponentName(Name = "last_linear")]
    private readonly LinearProjection _output;

    private readonly double _dropoutRate;

    public MlpFeedForward(int width, int hiddenWidth, double dropoutRate)
        : base(nameof(MlpFeedForward))
    {
        _dropoutRate = dropoutRate;
        _hidden = new LinearProjection(width, hiddenWidth);
        _output = new LinearProjection(hiddenWidth, width);
        RegisterComponents();
    }

    /// <summary>[B, N, D] → [B, N, D].</summary>
    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor hidden = nn.functional.gelu(_hidden.call(input)); // [B, N, F]
        Tensor output = _output.call(nn.functional.dropout(hidden, _dropoutRate, training));
        return nn.functional.dropout(output, _dropoutRate, training).MoveToOuterDisposeScope();
    }
}
