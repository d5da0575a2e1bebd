using System.Globalization;

namespace Scott.Models.Onnx;

/// <summary>One block on rows: <c>x ← x + Attn(norm(x)); x ← norm(x); x ← x + Ffn(x)</c>. [B·T, D] → [B·T, D].</summary>
internal static class TransformerBlockEmitter
{
    public static (string Output, string? Attention) Emit(
        GraphBuilder builder, WeightEncoder weights, FeatureNormEmitter norm, string input, int block, ScottArchitecture architecture, bool needsAttention)
    {
        string prefix = string.Create(CultureInfo.InvariantCulture, $"transformer.blocks.{block}.");
        using IDisposable scope = builder.Within(string.Create(CultureInfo.InvariantCulture, $"blocks.{block}"));
        (string attended, string? attention) = SelfAttentionEmitter.Emit(
            builder, weights, norm.Emit(input), prefix + "self_attn.", architecture, needsAttention);
        string stream = norm.Emit(builder.Add("Add", [input, attended]));
        string fed = architecture.FeedForward == FeedForwardKind.SwiGlu
            ? SwiGluEmitter.Emit(builder, weights, stream, prefix + "ffn_layer.")
            : MlpEmitter.Emit(builder, weights, stream, prefix + "ffn_layer.");
        return (builder.Add("Add", [stream, fed]), attention);
    }
}
