using System.Numerics.Tensors;

namespace Scott.Models.Onnx;

/// <summary>A classifier's head: normalized patch tokens [B, N, D] → logits [B, C]; the linear head takes the image's vector.</summary>
/// <remarks>The same computations as the modules in <c>Torch/Heads/</c>, without their dropout.</remarks>
internal sealed class ClassifierHeadEmitter(GraphBuilder builder, WeightEncoder weights, ScottArchitecture architecture)
{
    private const string CrossBlock = "attentive_pooler.cross_attn_block.";
    private const int Heads = HeadLayout.AttentionHeads;

    private readonly int _width = architecture.EmbeddingWidth;

    /// <summary>The linear head: the image's vector [B, D] → [B, C].</summary>
    public string EmitLinear(string vector)
    {
        using IDisposable scope = builder.Within("head");
        return Linear(vector, "linear");
    }

    /// <summary>One of the attentive heads.</summary>
    public string Emit(string tokens, ClassifierHead kind)
    {
        using IDisposable scope = builder.Within("head");
        return kind switch
        {
            ClassifierHead.SimpleAttentive => Simple(tokens),
            ClassifierHead.MultiHeadAttentive => MultiHead(tokens),
            ClassifierHead.CrossAttentive => Cross(tokens),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Expected one of the attentive heads."),
        };
    }

    private string Simple(string tokens)
    {
        string scores = Linear(Rows(tokens), "patch_importance.1"); // [B·N, 1]
        string importance = builder.Softmax(builder.Reshape(scores, -1, 1, architecture.Patches)); // [B, 1, N]
        return Linear(Rows(MatMul(importance, tokens)), "global_2_logits"); // [B, D] → [B, C]
    }

    private string MultiHead(string tokens)
    {
        string rows = Rows(tokens); // [B·N, D]
        string projected = Norm(Linear(rows, "head_projectors.1"), "head_projectors.2");
        string values = builder.Transpose(SplitHeads(projected, _width), 0, 2, 1, 3); // [B, H, N, D/H]
        string scores = SplitHeads(Linear(rows, "patch_importance.1"), Heads); // [B, N, H, 1]
        string importance = builder.Softmax(builder.Transpose(scores, 0, 2, 3, 1)); // [B, H, 1, N]
        string pooled = Rows(MatMul(importance, values)); // [B, H, 1, D/H] → [B, D]
        string hidden = Norm(Linear(FeedForwardEmitter.EmitSilu(builder, pooled), "global_2_logits.1"), "global_2_logits.2");
        return Linear(FeedForwardEmitter.EmitSilu(builder, hidden), "global_2_logits.4");
    }

    /// <summary>A learned query reads the tokens through a cross-attention block; its result is normalized and classified.</summary>
    private string Cross(string tokens)
    {
        string query = builder.Reshape(weights.Add("attentive_pooler.query_tokens"), 1, _width); // [1, D]
        string attended = CrossAttention(Norm(tokens, CrossBlock + "pre_norm")); // [B, D]
        string stream = Norm(builder.Add("Add", [query, attended]), CrossBlock + "norm");
        string fed = FeedForwardEmitter.EmitSwiGlu(builder, weights, stream, CrossBlock + "ffn_layer.");
        return Linear(Norm(builder.Add("Add", [stream, fed]), "norm"), "linear");
    }

    private string CrossAttention(string tokens)
    {
        string[] keyAndValue = LinearEmitter.EmitParts(builder, weights, Rows(tokens), CrossBlock + "cross_attn.kv", 2); // 2 × [B·N, D]
        string[] split = [.. keyAndValue.Select(side => SplitHeads(side, _width))]; // [B, N, H, D/H]
        string key = builder.Transpose(split[0], 0, 2, 3, 1); // [B, H, D/H, N]
        string value = builder.Transpose(split[1], 0, 2, 1, 3); // [B, H, N, D/H]
        string query = builder.Constant("query", ProjectedQuery(), [1, Heads, 1, _width / Heads]);
        string attention = builder.Softmax(MatMul(query, key)); // [B, H, 1, N]
        return LinearEmitter.Emit(builder, weights, Rows(MatMul(attention, value)), CrossBlock + "cross_attn.proj"); // [B, D]
    }

    /// <summary>The learned query, projected and scaled: the same for every image, so it is computed here. [D].</summary>
    private float[] ProjectedQuery()
    {
        float[] query = weights["attentive_pooler.query_tokens"].ToArray();
        float[] rows = weights[CrossBlock + "cross_attn.q.weight"].ToArray(); // [D, D]
        float scale = (float)Math.Pow(_width / Heads, -0.5);
        return [.. Enumerable.Range(0, _width).Select(i => scale * TensorPrimitives.Dot(query, rows.AsSpan(i * _width, _width)))];
    }

    /// <summary>[…, D] → [M, D].</summary>
    private string Rows(string input) => builder.Reshape(input, -1, _width);

    /// <summary>[B·N, width] → [B, N, H, width/H].</summary>
    private string SplitHeads(string rows, int width) => builder.Reshape(rows, -1, architecture.Patches, Heads, width / Heads);

    private string Linear(string rows, string name) => LinearEmitter.Emit(builder, weights, rows, name);

    private string Norm(string input, string name) => NormEmitter.EmitLearned(builder, weights, input, name);

    private string MatMul(string left, string right) => builder.Add("MatMul", [left, right]);
}
