using System.Numerics.Tensors;

namespace Scott.Models.Onnx;

/// <summary>A learned query reads the tokens through a cross-attention block; its result is normalized and classified. [B, N, D] → [B, C].</summary>
internal static class CrossAttentiveHeadEmitter
{
    private const string Block = "attentive_pooler.cross_attn_block.";
    private const int Heads = HeadLayout.AttentionHeads;

    public static string Emit(GraphBuilder builder, WeightEncoder weights, string tokens, ScottArchitecture architecture)
    {
        int width = architecture.EmbeddingWidth;
        string query = builder.Reshape(weights.Add("attentive_pooler.query_tokens"), 1, width); // [1, D]
        string attended = Attend(builder, weights, LearnedNormEmitter.Emit(builder, weights, tokens, Block + "pre_norm"), architecture); // [B, D]
        string stream = LearnedNormEmitter.Emit(builder, weights, builder.Add("Add", [query, attended]), Block + "norm");
        string pooled = builder.Add("Add", [stream, SwiGluEmitter.Emit(builder, weights, stream, Block + "ffn_layer.")]); // [B, D]
        return LinearEmitter.EmitBiased(builder, weights, LearnedNormEmitter.Emit(builder, weights, pooled, "norm"), "linear");
    }

    private static string Attend(GraphBuilder builder, WeightEncoder weights, string tokens, ScottArchitecture architecture)
    {
        int width = architecture.EmbeddingWidth;
        int part = width / Heads;
        string rows = builder.Reshape(tokens, -1, width); // [B·N, D]
        string[] keyAndValue = LinearEmitter.EmitParts(builder, weights, rows, Block + "cross_attn.kv.weight", 2); // 2 × [B·N, D]
        string[] split = [.. keyAndValue.Select(side => builder.Reshape(side, -1, architecture.Patches, Heads, part))]; // [B, N, H, D/H]
        string key = builder.Add("Transpose", [split[0]], GraphBuilder.Attribute("perm", [0, 2, 3, 1])); // [B, H, D/H, N]
        string value = builder.Add("Transpose", [split[1]], GraphBuilder.Attribute("perm", [0, 2, 1, 3])); // [B, H, N, D/H]
        string query = builder.Constant("query", ProjectedQuery(weights, part), [1, Heads, 1, part]);
        string attention = builder.Add("Softmax", [builder.Add("MatMul", [query, key])], GraphBuilder.Attribute("axis", -1)); // [B, H, 1, N]
        string mixed = builder.Reshape(builder.Add("MatMul", [attention, value]), -1, width); // [B, H, 1, D/H] → [B, D]
        return LinearEmitter.Emit(builder, weights, mixed, Block + "cross_attn.proj.weight");
    }

    /// <summary>The learned query, projected and scaled: the same for every image, so it is computed once, here. [D].</summary>
    private static float[] ProjectedQuery(WeightEncoder weights, int part)
    {
        float[] query = weights["attentive_pooler.query_tokens"].ToArray();
        float[] rows = weights[Block + "cross_attn.q.weight"].ToArray(); // [D, D]
        float scale = (float)Math.Pow(part, -0.5);
        return [.. Enumerable.Range(0, query.Length).Select(i => scale * TensorPrimitives.Dot(query, rows.AsSpan(i * query.Length, query.Length)))];
    }
}
