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

/// <summary>A learned query and the cross-attention block that it reads the tokens through.</summary>
/// <remarks>Reference: <c>AttentivePooler</c> in the same file.</remarks>
internal sealed class AttentivePooler : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "query_tokens")]
    private readonly Parameter _query;

    [ComponentName(Name = "cross_attn_block")]
    private readonly CrossAttentionBlock _block;

    public AttentivePooler(int width, int heads)
        : base(nameof(AttentivePooler))
    {
        _query = nn.Parameter(empty(1, 1, width));
        _block = new CrossAttentionBlock(width, heads);
        RegisterComponents();
    }

    /// <summary>Tokens [B, N, D] → [B, 1, D].</summary>
    public override Tensor forward(Tensor tokens)
    {
        using DisposeScope scope = NewDisposeScope();
        return _block.call(_query.expand(tokens.shape[0], -1, -1), tokens).MoveToOuterDisposeScope();
    }
}
