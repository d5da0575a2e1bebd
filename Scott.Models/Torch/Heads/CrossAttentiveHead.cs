using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>One learned query attends to the tokens through a cross-attention block; its result is normalized and classified.</summary>
/// <remarks>Reference: <c>src/models/classifiers/cross_attentive.py</c> at commit 8b6c6f9.</remarks>
internal sealed class CrossAttentiveHead : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "attentive_pooler")]
    private readonly AttentivePooler _pooler;

    [ComponentName(Name = "norm")]
    private readonly LayerNorm _norm;

    [ComponentName(Name = "linear")]
    private readonly LinearProjection _classifier;

    public CrossAttentiveHead(int width, int heads, int classes)
        : base(nameof(CrossAttentiveHead))
    {
        _pooler = new AttentivePooler(width, heads);
        _norm = nn.LayerNorm(width);
        _classifier = new LinearProjection(width, classes, hasBias: true);
        RegisterComponents();
    }

    /// <summary>Normalized tokens [B, N, D] → logits [B, classes].</summary>
    public override Tensor forward(Tensor tokens)
    {
        using DisposeScope scope = NewDisposeScope();
        return _classifier.call(_norm.call(_pooler.call(tokens).squeeze(1))).MoveToOuterDisposeScope();
    }
}
