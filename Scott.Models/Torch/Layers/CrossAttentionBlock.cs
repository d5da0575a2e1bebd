using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>Queries attend to normalized tokens, then norm and SwiGLU. The norms here are learned.</summary>
/// <remarks>Reference: <c>CrossAttentionBlock</c> in <c>src/models/classifiers/cross_attentive.py</c> at commit 8b6c6f9.</remarks>
internal sealed class CrossAttentionBlock : nn.Module<Tensor, Tensor, Tensor>
{
    [ComponentName(Name = "pre_norm")]
    private readonly LayerNorm _tokenNorm;

    [ComponentName(Name = "cross_attn")]
    private readonly CrossAttention _attention;

    [ComponentName(Name = "norm")]
    private readonly LayerNorm _norm;

    [ComponentName(Name = "ffn_layer")]
    private readonly SwiGluFeedForward _feedForward;

    public CrossAttentionBlock(int width, int heads)
        : base(nameof(CrossAttentionBlock))
    {
        _tokenNorm = nn.LayerNorm(width);
        _attention = new CrossAttention(width, heads);
        _norm = nn.LayerNorm(width);
        _feedForward = new SwiGluFeedForward(width, ScottArchitecture.SwiGluWidth(width));
        RegisterComponents();
    }

    /// <summary>Queries [B, Q, D] and tokens [B, N, D] → [B, Q, D].</summary>
    public override Tensor forward(Tensor queries, Tensor tokens)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor stream = _norm.call(queries.Plus(_attention.call(queries, _tokenNorm.call(tokens))));
        return stream.Plus(_feedForward.call(stream)).MoveToOuterDisposeScope();
    }
}
