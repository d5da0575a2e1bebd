using static Scott.Models.Onnx.GraphBuilder;

namespace Scott.Models.Onnx;

/// <summary>The layers after the tokenizer: class token, registers, position table and blocks. [B, D, rows, columns] → [B, N, D].</summary>
internal sealed class TransformerEmitter(GraphBuilder builder, WeightEncoder weights, NormEmitter norm, ScottArchitecture architecture)
{
    private readonly int _width = architecture.EmbeddingWidth;

    /// <summary>Emits all blocks. Attention weights are computed only if they are needed.</summary>
    public EmittedTokens Emit(string map, IReadOnlySet<int> blocks, bool needsAttention)
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

        return new EmittedTokens(PatchTokens(stream), stream, attention, intermediate);
    }

    /// <summary>[B·T, D] → the class token, [B, D].</summary>
    public string ClassToken(string stream)
    {
        string tokens = builder.Reshape(stream, -1, architecture.Tokens, _width);
        string first = builder.Initializer("class", OnnxDataType.Int64, [], new byte[sizeof(long)]);
        return builder.Add("Gather", [tokens, first], Attribute("axis", 1));
    }

    /// <summary>[B, D, rows, columns] → [B, T, D].</summary>
    private string Prepare(string map)
    {
        using IDisposable scope = builder.Within("embed");
        string tokens = builder.Transpose(builder.Reshape(map, 0, _width, architecture.Patches), 0, 2, 1); // [B, D, N] → [B, N, D]
        string positions = weights.Add(BackboneLayout.PositionName);
        return architecture.StandardVit is null
            ? builder.Add("Add", [AddPrefix(tokens), positions])
            : AddPrefix(builder.Add("Add", [tokens, positions]));
    }

    /// <summary>[B, N, D] → [B, T, D]: the class token and the registers in front.</summary>
    private string AddPrefix(string tokens)
    {
        string[] learned =
        [
            .. architecture.HasClassToken ? [StandardVitLayout.ClassTokenName] : Array.Empty<string>(),
            .. architecture.RegisterTokens > 0 ? [BackboneLayout.RegistersName] : Array.Empty<string>(),
        ];
        if (learned.Length == 0)
            return tokens;

        string batch = builder.Add("Shape", [tokens], Attribute("start", 0), Attribute("end", 1));
        string ForEachImage(string name)
        {
            string rest = builder.Constant("rest", weights[name].Shape[1], _width);
            string shape = builder.Add("Concat", [batch, rest], Attribute("axis", 0));
            return builder.Add("Expand", [weights.Add(name), shape]); // [1, ., D] → [B, ., D]
        }

        return builder.Add("Concat", [.. learned.Select(ForEachImage), tokens], Attribute("axis", 1));
    }

    /// <summary>One block on rows: [B·T, D] → [B·T, D].</summary>
    private (string Output, string? Attention) EmitBlock(string input, int block, bool needsAttention)
    {
        string name = FormattableString.Invariant($"blocks.{block}");
        string prefix = $"transformer.{name}.";
        using IDisposable scope = builder.Within(name);
        return architecture.StandardVit is { } standard
            ? EmitPreNormBlock(input, prefix, standard, needsAttention)
            : EmitScottBlock(input, prefix, needsAttention);
    }

    /// <summary><c>x ← x + Attn(norm(x)); x ← norm(x); x ← x + Ffn(x)</c>.</summary>
    private (string Output, string? Attention) EmitScottBlock(string input, string prefix, bool needsAttention)
    {
        (string attended, string? attention) = SelfAttentionEmitter.Emit(
            builder, weights, norm.Emit(input), prefix + "self_attn.", architecture, needsAttention);
        string stream = norm.Emit(builder.Add("Add", [input, attended]));
        string fed = FeedForwardEmitter.Emit(builder, weights, stream, prefix + "ffn_layer.", architecture.FeedForward);
        return (builder.Add("Add", [stream, fed]), attention);
    }

    /// <summary><c>x ← x + γ₁·Attn(norm₁(x)); x ← x + γ₂·Ffn(norm₂(x))</c>.</summary>
    private (string Output, string? Attention) EmitPreNormBlock(string input, string prefix, StandardVit standard, bool needsAttention)
    {
        string Norm(string stream, string name) => NormEmitter.EmitLearned(builder, weights, stream, prefix + name, standard.NormEpsilon);
        string Scale(string branch, string name) => standard.HasLayerScale ? builder.Add("Mul", [branch, weights.Add(prefix + name)]) : branch;
        (string attended, string? attention) = SelfAttentionEmitter.Emit(
            builder, weights, Norm(input, "norm1"), prefix + "self_attn.", architecture, needsAttention);
        string stream = builder.Add("Add", [input, Scale(attended, "ls1")]);
        string fed = FeedForwardEmitter.Emit(builder, weights, Norm(stream, "norm2"), prefix + "ffn_layer.", architecture.FeedForward);
        return (builder.Add("Add", [stream, Scale(fed, "ls2")]), attention);
    }

    /// <summary>[B·T, D] → [B, N, D].</summary>
    private string PatchTokens(string stream)
    {
        string tokens = builder.Reshape(stream, -1, architecture.Tokens, _width);
        if (architecture.PrefixTokens == 0)
            return tokens;

        string from = builder.Constant("from", architecture.PrefixTokens);
        return builder.Add("Slice", [tokens, from, builder.Constant("to", architecture.Tokens), builder.Constant("axis", 1)]);
    }
}

/// <summary>
/// What the blocks give, not normalized: the patch tokens [B, N, D]; all tokens as rows [B·T, D]; the last block's attention weights [B, H, T, T], if
/// needed; and the patch tokens of each requested block.
/// </summary>
internal sealed record EmittedTokens(string Patches, string Stream, string? Attention, SortedDictionary<int, string> Blocks);
