using Scott.Models.Heads;
using Scott.Models.Layers;
using Scott.Models.Weights;
using static TorchSharp.torch;

namespace Scott.Models.Evaluation;

/// <summary>Makes the heads of the attentive probes, as the paper sizes them.</summary>
internal static class ProbeHeads
{
    private const int AttentionHeads = 4;

    /// <summary>The attentive ones, the simplest first.</summary>
    public static IReadOnlyList<ProbeKind> Kinds { get; } = [ProbeKind.SimpleAttentive, ProbeKind.MultiHeadAttentive, ProbeKind.CrossAttentive];

    /// <summary>A head with fresh weights, [B, N, D] → [B, C], in evaluation mode. The caller disposes it.</summary>
    public static nn.Module<Tensor, Tensor> Create(ProbeKind kind, int width, int classes, long seed, Device device)
    {
        (nn.Module<Tensor, Tensor> head, IReadOnlyList<WeightSpec> layout) = kind switch
        {
            ProbeKind.SimpleAttentive => (new SimpleAttentiveHead(width, classes), HeadLayout.Simple(width, classes)),
            ProbeKind.MultiHeadAttentive => (new MultiHeadAttentiveHead(width, AttentionHeads, classes), HeadLayout.MultiHead(width, AttentionHeads, classes)),
            ProbeKind.CrossAttentive => ((nn.Module<Tensor, Tensor>)new CrossAttentiveHead(width, AttentionHeads, classes), HeadLayout.Cross(width, classes)),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Expected an attentive probe."),
        };
        return ModuleWeights.Place(head, BackboneLayout.Initialize(layout, seed), device);
    }
}
