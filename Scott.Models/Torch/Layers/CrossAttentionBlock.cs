using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>Queries attend to normalized tokens, then norm and SwiGLU. The norms here are learned.</summary>
/// <remarks>Reference: <c>CrossAttentionBlock</c> in <c>src/models/classifiers/cross_attentive.py</c> at commit 8b6c6f9.</remarks>
internal sealed class CrossAttentionBlock(int width, int heads) : Layer<Tensor>(nameof(CrossAttentionBlock))
{
    [ComponentName(Name = "pre_norm")] private readonly LayerNorm _tokenNorm = nn.LayerNorm(width);
    [ComponentName(Name = "cross_attn")] private readonly CrossAttention _attention = new(width, heads);
    [ComponentName(Name = "norm")] private readonly LayerNorm _norm = nn.LayerNorm(width);
    [ComponentName(Name = "ffn_layer")] private readonly SwiGluFeedForward _feedForward = new(width, ScottArchitecture.SwiGluWidth(width));

    /// <summary>Queries [B, Q, D] and tokens [B, N, D] → [B, Q, D].</summary>
    protected override Tensor Compute(Tensor queries, Tensor tokens)
    {
        Tensor stream = _norm.call(queries.Plus(_attention.call(queries, _tokenNorm.call(tokens))));
        return stream.Plus(_feedForward.call(stream));
    }
}

/// <summary>Multi-head attention from queries to tokens, without biases; while training, dropout on weights and output.</summary>
/// <remarks>Reference: <c>CrossAttention</c> in the same file, with the dropout rates from <c>src/eval.py</c>.</remarks>
internal sealed class CrossAttention(int width, int heads) : Layer<Tensor>(nameof(CrossAttention))
{
    [ComponentName(Name = "q")] private readonly LinearProjection _query = new(width, width);
    [ComponentName(Name = "kv")] private readonly LinearProjection _keyAndValue = new(width, 2 * width);
    [ComponentName(Name = "proj")] private readonly LinearProjection _projection = new(width, width);

    /// <summary>Queries [B, Q, D] and tokens [B, N, D] → [B, Q, D].</summary>
    protected override Tensor Compute(Tensor queries, Tensor tokens)
    {
        Tensor query = Split(_query.call(queries)); // [B, H, Q, D/H]
        Tensor[] keyAndValue = _keyAndValue.call(tokens).chunk(2, -1);
        Tensor attended = nn.functional.scaled_dot_product_attention(
            query, Split(keyAndValue[0]), Split(keyAndValue[1]), p: training ? ClassifierHeads.DropoutRate : 0);
        return nn.functional.dropout(_projection.call(attended.transpose(1, 2).flatten(2)), ClassifierHeads.DropoutRate, training);
    }

    /// <summary>[B, N, D] → [B, H, N, D/H].</summary>
    private Tensor Split(Tensor tokens) => tokens.view(tokens.shape[0], tokens.shape[1], heads, -1).transpose(1, 2);
}
