using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>A block of a standard ViT: <c>x ← x + γ₁·Attn(norm₁(x)); x ← x + γ₂·Ffn(norm₂(x))</c>, with learned norms and biases.</summary>
/// <remarks>Reference: <c>Block</c> in <c>dinov2/layers/block.py</c> of facebookresearch/dinov2 at b8931f7. The factors γ are LayerScale's.</remarks>
internal sealed class PreNormBlock(ScottArchitecture architecture, StandardVit standard, double dropPathRate) : EncoderBlock(nameof(PreNormBlock))
{
    [ComponentName(Name = "norm1")] private readonly LayerNorm _attentionNorm = nn.LayerNorm(architecture.EmbeddingWidth, standard.NormEpsilon);

    [ComponentName(Name = "self_attn")]
    private readonly SelfAttention _attention = new(
        architecture.EmbeddingWidth, architecture.Heads, architecture.AttentionDropoutRate, architecture.DropoutRate,
        standard.HasQueryKeyValueBias, hasBias: true);

    [ComponentName(Name = "ls1")] private readonly Parameter? _attentionScale = Scale(architecture, standard);
    [ComponentName(Name = "norm2")] private readonly LayerNorm _feedForwardNorm = nn.LayerNorm(architecture.EmbeddingWidth, standard.NormEpsilon);

    [ComponentName(Name = "ffn_layer")]
    private readonly Layer _feedForward = architecture.FeedForward == FeedForwardKind.SwiGlu
        ? new SwiGluFeedForward(architecture.EmbeddingWidth, standard.FeedForwardWidth, hasBias: true)
        : new MlpFeedForward(architecture.EmbeddingWidth, standard.FeedForwardWidth, architecture.DropoutRate, hasBias: true);

    [ComponentName(Name = "ls2")] private readonly Parameter? _feedForwardScale = Scale(architecture, standard);
    [ComponentName(Name = "drop_path")] private readonly DropPath _dropPath = new(dropPathRate);

    public override (Tensor Output, Tensor Attention) ForwardWithAttention(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor attended, Tensor attention) = _attention.ForwardWithAttention(_attentionNorm.call(input));
        return (Finish(input, attended).MoveToOuterDisposeScope(), attention.MoveToOuterDisposeScope());
    }

    protected override Tensor Compute(Tensor input) => Finish(input, _attention.call(_attentionNorm.call(input)));

    private static Parameter? Scale(ScottArchitecture architecture, StandardVit standard) =>
        standard.HasLayerScale ? nn.Parameter(empty(architecture.EmbeddingWidth)) : null;

    private Tensor Finish(Tensor input, Tensor attended)
    {
        Tensor stream = input.Plus(Branch(attended, _attentionScale));
        return stream.Plus(Branch(_feedForward.call(_feedForwardNorm.call(stream)), _feedForwardScale));
    }

    private Tensor Branch(Tensor output, Tensor? scale) => _dropPath.call(scale is null ? output : output * scale);
}
