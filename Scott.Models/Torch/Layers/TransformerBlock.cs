using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>One transformer block: <c>x ← x + DropPath(Attn(norm(x))); x ← norm(x); x ← x + DropPath(Ffn(x))</c>.</summary>
/// <remarks>The second norm replaces the residual stream itself, so this is not the usual pre-norm block. Reference: <c>Block</c> in
/// <c>src/models/transformer.py</c> at commit 8b6c6f9.</remarks>
internal sealed class TransformerBlock(ScottArchitecture architecture, double dropPathRate) : Layer(nameof(TransformerBlock))
{
    [ComponentName(Name = "self_attn")]
    private readonly SelfAttention _attention =
        new(architecture.EmbeddingWidth, architecture.Heads, architecture.AttentionDropoutRate, architecture.DropoutRate);

    [ComponentName(Name = "ffn_layer")]
    private readonly Layer _feedForward = architecture.FeedForward == FeedForwardKind.SwiGlu
        ? new SwiGluFeedForward(architecture.EmbeddingWidth, architecture.FeedForwardWidth)
        : new MlpFeedForward(architecture.EmbeddingWidth, architecture.FeedForwardWidth, architecture.DropoutRate);

    [ComponentName(Name = "drop_path")] private readonly DropPath _dropPath = new(dropPathRate);

    /// <summary>The output, [B, R+N, D], and the attention weights, [B, H, R+N, R+N].</summary>
    public (Tensor Output, Tensor Attention) ForwardWithAttention(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor attended, Tensor attention) = _attention.ForwardWithAttention(FeatureNorm.Apply(input));
        return (Finish(input, attended).MoveToOuterDisposeScope(), attention.MoveToOuterDisposeScope());
    }

    /// <summary>[B, R+N, D] → [B, R+N, D].</summary>
    protected override Tensor Compute(Tensor input) => Finish(input, _attention.call(FeatureNorm.Apply(input)));

    private Tensor Finish(Tensor input, Tensor attended)
    {
        Tensor stream = FeatureNorm.Apply(input.Plus(_dropPath.call(attended)));
        return stream.Plus(_dropPath.call(_feedForward.call(stream)));
    }
}
