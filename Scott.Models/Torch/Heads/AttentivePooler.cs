using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>A learned query and the cross-attention block that it reads the tokens through.</summary>
/// <remarks>Reference: <c>AttentivePooler</c> in <c>src/models/classifiers/cross_attentive.py</c> at commit 8b6c6f9.</remarks>
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
