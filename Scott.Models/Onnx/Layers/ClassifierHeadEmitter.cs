namespace Scott.Models.Onnx;

/// <summary>A classifier's head: normalized tokens [B, N, D] → logits [B, C].</summary>
/// <remarks>The same computations as the modules in <c>Heads/</c>, without their dropout.</remarks>
internal static class ClassifierHeadEmitter
{
    public static string Emit(GraphBuilder builder, WeightEncoder weights, string tokens, ClassifierHead kind, ScottArchitecture architecture)
    {
        using IDisposable scope = builder.Within("head");
        return kind switch
        {
            ClassifierHead.Linear => LinearEmitter.EmitBiased(builder, weights, builder.AddReduction("ReduceMean", tokens, axis: 1, keepsAxis: false), "linear"),
            ClassifierHead.SimpleAttentive => Simple(builder, weights, tokens, architecture),
            ClassifierHead.MultiHeadAttentive => MultiHead(builder, weights, tokens, architecture),
            ClassifierHead.CrossAttentive => CrossAttentiveHeadEmitter.Emit(builder, weights, tokens, architecture),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Expected one of ClassifierHead."),
        };
    }

    private static string Simple(GraphBuilder builder, WeightEncoder weights, string tokens, ScottArchitecture architecture)
    {
        string rows = builder.Reshape(tokens, -1, architecture.EmbeddingWidth); // [B·N, D]
        string scores = LinearEmitter.EmitBiased(builder, weights, rows, "patch_importance.1"); // [B·N, 1]
        string importance = Softmax(builder, builder.Reshape(scores, -1, 1, architecture.Patches)); // [B, 1, N]
        string pooled = builder.Reshape(builder.Add("MatMul", [importance, tokens]), -1, architecture.EmbeddingWidth); // [B, D]
        return LinearEmitter.EmitBiased(builder, weights, pooled, "global_2_logits");
    }

    private static string MultiHead(GraphBuilder builder, WeightEncoder weights, string tokens, ScottArchitecture architecture)
    {
        const int Heads = HeadLayout.AttentionHeads;
        int width = architecture.EmbeddingWidth;
        string rows = builder.Reshape(tokens, -1, width); // [B·N, D]
        string projected = LearnedNormEmitter.Emit(builder, weights, LinearEmitter.EmitBiased(builder, weights, rows, "head_projectors.1"), "head_projectors.2");
        string values = builder.Add(
            "Transpose", [builder.Reshape(projected, -1, architecture.Patches, Heads, width / Heads)], GraphBuilder.Attribute("perm", [0, 2, 1, 3])); // [B, H, N, D/H]
        string scores = builder.Reshape(LinearEmitter.EmitBiased(builder, weights, rows, "patch_importance.1"), -1, architecture.Patches, Heads, 1); // [B, N, H, 1]
        string importance = Softmax(builder, builder.Add("Transpose", [scores], GraphBuilder.Attribute("perm", [0, 2, 3, 1]))); // [B, H, 1, N]
        string pooled = builder.Reshape(builder.Add("MatMul", [importance, values]), -1, width); // [B, H, 1, D/H] → [B, D]
        string hidden = LinearEmitter.EmitBiased(builder, weights, SiluEmitter.Emit(builder, pooled), "global_2_logits.1");
        string activated = SiluEmitter.Emit(builder, LearnedNormEmitter.Emit(builder, weights, hidden, "global_2_logits.2"));
        return LinearEmitter.EmitBiased(builder, weights, activated, "global_2_logits.4");
    }

    private static string Softmax(GraphBuilder builder, string input) => builder.Add("Softmax", [input], GraphBuilder.Attribute("axis", -1));
}
