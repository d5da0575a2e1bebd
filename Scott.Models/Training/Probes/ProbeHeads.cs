using Scott.Models.Torch;
using static TorchSharp.torch;

namespace Scott.Models.Training;

/// <summary>The heads of the attentive probes.</summary>
internal static class ProbeHeads
{
    /// <summary>The attentive ones, the simplest first.</summary>
    public static IReadOnlyList<ProbeKind> Kinds { get; } = [ProbeKind.SimpleAttentive, ProbeKind.MultiHeadAttentive, ProbeKind.CrossAttentive];

    /// <summary>A head with fresh weights, [B, N, D] → [B, C], in evaluation mode. The caller disposes it.</summary>
    public static nn.Module<Tensor, Tensor> Create(ProbeKind kind, int width, int classes, long seed, Device device)
    {
        ClassifierHead head = kind switch
        {
            ProbeKind.SimpleAttentive => ClassifierHead.SimpleAttentive,
            ProbeKind.MultiHeadAttentive => ClassifierHead.MultiHeadAttentive,
            ProbeKind.CrossAttentive => ClassifierHead.CrossAttentive,
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Expected an attentive probe."),
        };
        return ClassifierHeads.Create(head, width, classes, seed, device);
    }
}
