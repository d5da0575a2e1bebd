using static Scott.Models.Onnx.GraphBuilder;

namespace Scott.Models.Onnx;

/// <summary>The layers after the tokenizer: registers, position table and blocks. [B, D, G, G] → [B, N, D].</summary>
internal sealed class TransformerEmitter(GraphBuilder builder, WeightEncoder weights, NormEmitter norm, ScottArchitecture architecture)
{
    private readonly int _width = architecture.EmbeddingWidth;

    /// <summary>Returns the last block's tokens [B, N, D], not normalized; its attention weights [B, H, T, T], if needed; and the output tokens of
    /// each requested block.</summary>
    public (string Tokens, string? Attention, SortedDictionary<int, string> Blocks) Emit(
        string map, IReadOnlySet<int> blocks, bool needsAttention)
    {
        string stream = builder.Reshape(Prepare(map), -1, _width); // [B·T, D]
        var intermediate = new SortedDictionary<int, string>();
        string? attention = null;
        for (int block = 0; block < architecture.Depth; block++)
        {
            (stream, attention) = EmitBlock(stream, block, needsAttention && block == architecture.Depth - 1);
            if (blocks.Contains(block))
                intermediate[block] = PatchTokens(stream);
        }

        return (PatchTokens(stream), attention, intermediate);
    }

    /// <summary>[B, D, G, G] → [B, T, D], registers in front, positions added.</summary>
    private string Prepare(string map)
    {
        using IDisposable scope = builder.Within("embed");
        string tokens = builder.Transpose(builder.Reshape(map, 0, _width, architecture.Patches), 0, 2, 1); // [B, D, N] → [B, N, D]
        if (architecture.RegisterTokens > 0)
        {
            string batch = builder.Add("Shape", [tokens], Attribute("start", 0), Attribute("end", 1));
            string rest = builder.Constant("rest", architecture.RegisterTokens, _width);
            string shape = builder.Add("Concat", [batch, rest], Attribute("axis", 0));
            string registers = builder.Add("Expand", [weights.Add("transformer.reg_embed"), shape]); // [B, R, D]
            tokens = builder.Add("Concat", [registers, tokens], Attribute("axis", 1));
        }

        return builder.Add("Add", [tokens, weights.Add(BackboneLayout.PositionName)]);
    }

    /// <summary>One block on rows: <c>x ← x + Attn(norm(x)); x ← norm(x); x ← x + Ffn(x)</c>. [B·T, D] → [B·T, D].</summary>
    private (string Output, string? Attention) EmitBlock(string input, int block, bool needsAttention)
    {
        string name = FormattableString.Invariant($"blocks.{block}");
        string prefix = $"transformer.{name}.";
        using IDisposable scope = builder.Within(name);
        (string attended, string? attention) = SelfAttentionEmitter.Emit(
            builder, weights, norm.Emit(input), prefix + "self_attn.", architecture, needsAttention);
        string stream = norm.Emit(builder.Add("Add", [input, attended]));
        string fed = FeedForwardEmitter.Emit(builder, weights, stream, prefix + "ffn_layer.", architecture.FeedForward);
        return (builder.Add("Add", [stream, fed]), attention);
    }

    /// <summary>[B·T, D] → [B, N, D], without registers.</summary>
    private string PatchTokens(string stream)
    {
        string tokens = builder.Reshape(stream, -1, architecture.Tokens, _width);
        if (architecture.RegisterTokens == 0)
            return tokens;

        string from = builder.Constant("from", architecture.RegisterTokens);
        return builder.Add("Slice", [tokens, from, builder.Constant("to", architecture.Tokens), builder.Constant("axis", 1)]);
    }
}
