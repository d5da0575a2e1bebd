namespace Scott.Models.Onnx;

/// <summary>Multi-head self-attention on rows: [B·T, D] → [B·T, D].</summary>
internal static class SelfAttentionEmitter
{
    /// <summary>The output and, if needed, the attention weights [B, H, T, T], which no fused operator returns.</summary>
    public static (string Output, string? Attention) Emit(
        GraphBuilder builder, WeightEncoder weights, string input, string prefix, ScottArchitecture architecture, bool needsWeights)
    {
        using IDisposable scope = builder.Within("self_attn");
        string[] qkv = LinearEmitter.EmitParts(builder, weights, input, prefix + "qkv.weight", 3); // 3 × [B·T, D]
        string? attention = null;
        string attended = builder.OperatorSet switch
        {
            OnnxOperatorSet.OnnxRuntime when !needsWeights => Fused(builder, qkv, architecture),
            OnnxOperatorSet.Opset23 when !needsWeights => Standard(builder, qkv, architecture),
            _ => StepByStep(builder, qkv, architecture, out attention),
        };
        string rows = builder.Reshape(attended, -1, architecture.EmbeddingWidth); // [B·T, D]
        return (LinearEmitter.Emit(builder, weights, rows, prefix + "proj.weight"), needsWeights ? attention : null);
    }

    /// <summary>ONNX Runtime's own operator.</summary>
    private static string Fused(GraphBuilder builder, string[] qkv, ScottArchitecture architecture) =>
        builder.AddContributed("MultiHeadAttention", Sequences(builder, qkv, architecture), GraphBuilder.Attribute("num_heads", architecture.Heads));

    /// <summary>The standard's operator of opset 23.</summary>
    private static string Standard(GraphBuilder builder, string[] qkv, ScottArchitecture architecture) => builder.Add(
        "Attention",
        Sequences(builder, qkv, architecture),
        GraphBuilder.Attribute("q_num_heads", architecture.Heads),
        GraphBuilder.Attribute("kv_num_heads", architecture.Heads));

    /// <summary>Queries, keys and values, each [B, T, D].</summary>
    private static IEnumerable<string> Sequences(GraphBuilder builder, string[] qkv, ScottArchitecture architecture) =>
        [.. qkv.Select(part => builder.Reshape(part, -1, architecture.Tokens, architecture.EmbeddingWidth))];

    private static string StepByStep(GraphBuilder builder, string[] qkv, ScottArchitecture architecture, out string attention)
    {
        int width = architecture.EmbeddingWidth;
        int heads = architecture.Heads;
        string[] split = [.. qkv.Select(part => builder.Reshape(part, -1, architecture.Tokens, heads, width / heads))]; // [B, T, H, D/H]
        string query = builder.Transpose(split[0], 0, 2, 1, 3); // [B, H, T, D/H]
        string key = builder.Transpose(split[1], 0, 2, 3, 1); // [B, H, D/H, T]
        string value = builder.Transpose(split[2], 0, 2, 1, 3); // [B, H, T, D/H]
        string scaled = builder.Add("Mul", [query, builder.Scalar("scale", (float)Math.Pow((double)width / heads, -0.5))]);
        attention = builder.Softmax(builder.Add("MatMul", [scaled, key])); // [B, H, T, T]
        string mixed = builder.Add("MatMul", [attention, value]); // [B, H, T, D/H]
        return builder.Transpose(mixed, 0, 2, 1, 3); // [B, T, H, D/H]
    }
}
