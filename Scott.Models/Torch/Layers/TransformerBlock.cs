using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>A block of a transformer: [B, T, D] → [B, T, D], where T counts all tokens.</summary>
internal abstract class EncoderBlock(string name) : Layer(name)
{
    /// <summary>The block for an architecture's family.</summary>
    public static EncoderBlock Create(ScottArchitecture architecture, double dropPathRate) => architecture.StandardVit is { } standard
        ? new PreNormBlock(architecture, standard, dropPathRate)
        : new TransformerBlock(architecture, dropPathRate);

    /// <summary>The output, [B, T, D], and the attention weights, [B, H, T, T].</summary>
    public abstract (Tensor Output, Tensor Attention) ForwardWithAttention(Tensor input);
}

/// <summary>A block of the paper's transformer: <c>x ← x + DropPath(Attn(norm(x))); x ← norm(x); x ← x + DropPath(Ffn(x))</c>.</summary>
/// <remarks>The second norm replaces the residual stream itself, so this is not the usual pre-norm block. Reference: <c>Block</c> in
/// <c>src/models/transformer.py</c> at commit 8b6c6f9.</remarks>
internal sealed class TransformerBlock(ScottArchitecture architecture, double dropPathRate) : EncoderBlock(nameof(TransformerBlock))
{
    [ComponentName(Name = "self_attn")]
    private readonly SelfAttention _attention =
        new(architecture.EmbeddingWidth, architecture.Heads, architecture.AttentionDropoutRate, architecture.DropoutRate);

    [ComponentName(Name = "ffn_layer")]
    private readonly Layer _feedForward = architecture.FeedForward == FeedForwardKind.SwiGlu
        ? new SwiGluFeedForward(architecture.EmbeddingWidth, architecture.FeedForwardWidth)
        : new MlpFeedForward(architecture.EmbeddingWidth, architecture.FeedForwardWidth, architecture.DropoutRate);

    [ComponentName(Name = "drop_path")] private readonly DropPath _dropPath = new(dropPathRate);

    public override (Tensor Output, Tensor Attention) ForwardWithAttention(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor attended, Tensor attention) = _attention.ForwardWithAttention(FeatureNorm.Apply(input));
        return (Finish(input, attended).MoveToOuterDisposeScope(), attention.MoveToOuterDisposeScope());
    }

    protected override Tensor Compute(Tensor input) => Finish(input, _attention.call(FeatureNorm.Apply(input)));

    private Tensor Finish(Tensor input, Tensor attended)
    {
        Tensor stream = FeatureNorm.Apply(input.Plus(_dropPath.call(attended)));
        return stream.Plus(_dropPath.call(_feedForward.call(stream)));
    }
}
