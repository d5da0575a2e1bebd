using static Scott.Models.Onnx.GraphBuilder;

namespace Scott.Models.Onnx;

/// <summary>Multi-head self-attention on rows: [B·T, D] → [B·T, D].</summary>
internal static class SelfAttentionEmitter
{
    /// <summary>The output and, if needed, the attention weights [B, H, T, T], which no fused operator returns.</summary>
    public static (string Output, string? Attention) Emit(
        GraphBuilder builder, WeightEncoder weights, string input, string prefix, ScottArchitecture architecture, bool needsWeights)
    {
        using IDisposable scope = builder.Within("self_attn");
        (int width, int heads) = (architecture.EmbeddingWidth, architecture.Heads);
        string[] qkv = LinearEmitter.EmitParts(builder, weights, input, prefix + "qkv", 3); // 3 × [B·T, D]
        string[] Reshaped(params long[] shape) => [.. qkv.Select(part => builder.Reshape(part, [-1, architecture.Tokens, .. shape]))];
        string? attention = null;
        string attended = builder.OperatorSet switch
        {
            // Fused operators take queries, keys and values as [B, T, D] each: one of ONNX Runtime, one of opset 23.
            OnnxOperatorSet.OnnxRuntime when !needsWeights =>
                builder.AddContributed("MultiHeadAttention", Reshaped(width), Attribute("num_heads", heads)),
            OnnxOperatorSet.Opset23 when !needsWeights =>
                builder.Add("Attention", Reshaped(width), Attribute("q_num_heads", heads), Attribute("kv_num_heads", heads)),
            _ => StepByStep(builder, Reshaped(heads, width / heads), Math.Pow((double)width / heads, -0.5), out attention),
        };
        string rows = builder.Reshape(attended, -1, width); // [B·T, D]
        return (LinearEmitter.Emit(builder, weights, rows, prefix + "proj"), needsWeights ? attention : null);
    }

    /// <summary>Queries, keys and values, each [B, T, H, D/H] → [B, T, H, D/H].</summary>
    private static string StepByStep(GraphBuilder builder, string[] qkv, double scale, out string attention)
    {
        string query = builder.Transpose(qkv[0], 0, 2, 1, 3); // [B, H, T, D/H]
        string key = builder.Transpose(qkv[1], 0, 2, 3, 1); // [B, H, D/H, T]
        string value = builder.Transpose(qkv[2], 0, 2, 1, 3); // [B, H, T, D/H]
        string scaled = builder.Add("Mul", [query, builder.Scalar("scale", (float)scale)]);
        attention = builder.Softmax(builder.Add("MatMul", [scaled, key])); // [B, H, T, T]
        return builder.Transpose(builder.Add("MatMul", [attention, value]), 0, 2, 1, 3); // [B, H, T, D/H] → [B, T, H, D/H]
    }
}
