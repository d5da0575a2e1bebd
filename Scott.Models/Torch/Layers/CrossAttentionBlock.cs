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

/// <summary>Multi-head attention from queries to tokens, without biases; while training, dropout on weights and output.</summary>
/// <remarks>Reference: <c>CrossAttention</c> in the same file; the rates are those of <c>src/eval.py</c>.</remarks>
internal sealed class CrossAttention : nn.Module<Tensor, Tensor, Tensor>
{
    private const double DropoutRate = 0.2;

    [ComponentName(Name = "q")]
    private readonly LinearProjection _query;

    [ComponentName(Name = "kv")]
    private readonly LinearProjection _keyAndValue;

    [ComponentName(Name = "proj")]
    private readonly LinearProjection _projection;

    private readonly int _heads;

    public CrossAttention(int width, int heads)
        : base(nameof(CrossAttention))
    {
        _heads = heads;
        _query = new LinearProjection(width, width);
        _keyAndValue = new LinearProjection(width, 2 * width);
        _projection = new LinearProjection(width, width);
        RegisterComponents();
    }

    /// <summary>Queries [B, Q, D] and tokens [B, N, D] → [B, Q, D].</summary>
    public override Tensor forward(Tensor queries, Tensor tokens)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor query = Split(_query.call(queries)); // [B, H, Q, D/H]
        Tensor[] keyAndValue = _keyAndValue.call(tokens).chunk(2, -1);
        Tensor attended = nn.functional.scaled_dot_product_attention(
            query, Split(keyAndValue[0]), Split(keyAndValue[1]), p: training ? DropoutRate : 0);
        Tensor output = _projection.call(attended.transpose(1, 2).flatten(2));
        return nn.functional.dropout(output, DropoutRate, training).MoveToOuterDisposeScope();
    }

    /// <summary>[B, N, D] → [B, H, N, D/H].</summary>
    private Tensor Split(Tensor tokens) => tokens.view(tokens.shape[0], tokens.shape[1], _heads, -1).transpose(1, 2);
}
