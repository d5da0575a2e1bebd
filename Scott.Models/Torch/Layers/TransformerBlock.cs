using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>One transformer block: <c>x ← x + DropPath(Attn(norm(x))); x ← norm(x); x ← x + DropPath(Ffn(x))</c>.</summary>
/// <remarks>
/// The second norm replaces the residual stream itself, so this is not the usual pre-norm block.
/// Reference: <c>Block</c> in <c>src/models/transformer.py</c> at commit 8b6c6f9.
/// </remarks>
internal sealed class TransformerBlock : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "self_attn")]
    private readonly SelfAttention _attention;

    [ComponentName(Name = "ffn_layer")]
    private readonly nn.Module<Tensor, Tensor> _feedForward;

    [ComponentName(Name = "drop_path")]
    private readonly DropPath _dropPath;

    public TransformerBlock(ScottArchitecture architecture, double dropPathRate)
        : base(nameof(TransformerBlock))
    {
        int width = architecture.EmbeddingWidth;
        int hidden = architecture.FeedForwardWidth;
        _attention = new SelfAttention(width, architecture.Heads, architecture.AttentionDropoutRate, architecture.DropoutRate);
        _feedForward = architecture.FeedForward == FeedForwardKind.SwiGlu
            ? new SwiGluFeedForward(width, hidden)
            : new MlpFeedForward(width, hidden, architecture.DropoutRate);
        _dropPath = new DropPath(dropPathRate);
        RegisterComponents();
    }

    /// <summary>[B, R+N, D] → [B, R+N, D].</summary>
    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        return Finish(input, _attention.call(FeatureNorm.Apply(input))).MoveToOuterDisposeScope();
    }

    /// <summary>The same, and the attention weights, [B, H, R+N, R+N].</summary>
    public (Tensor Output, Tensor Attention) ForwardWithAttention(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor attended, Tensor attention) = _attention.ForwardWithAttention(FeatureNorm.Apply(input));
        return (Finish(input, attended).MoveToOuterDisposeScope(), attention.MoveToOuterDisposeScope());
    }

    private Tensor Finish(Tensor input, Tensor attended)
    {
        Tensor stream = FeatureNorm.Apply(input.Plus(_dropPath.call(attended)));
        return stream.Plus(_dropPath.call(_feedForward.call(stream)));
    }
}
