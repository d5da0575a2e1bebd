namespace Scott.Models.Onnx;

/// <summary>Registers, position table and blocks behind a tokenizer: [B, D, G, G] → [B, N, D].</summary>
internal sealed class TransformerEmitter(GraphBuilder builder, WeightEncoder weights, FeatureNormEmitter norm, ScottArchitecture architecture)
{
    private readonly int _width = architecture.EmbeddingWidth;
    private readonly int _tokens = architecture.RegisterTokens + architecture.Patches;

    /// <summary>Emits the transformer; the values asked for on the way are called back with their names.</summary>
    public TransformerValues Emit(string map, IReadOnlySet<int> blocks, bool needsAttention)
    {
        string stream = builder.Reshape(Prepare(map), -1, _width); // [B·T, D]
        var intermediate = new SortedDictionary<int, string>();
        string? attention = null;
        for (int block = 0; block < architecture.Depth; block++)
        {
            bool isLast = block == architecture.Depth - 1;
            (stream, string? found) = TransformerBlockEmitter.Emit(builder, weights, norm, stream, block, architecture, needsAttention && isLast);
            attention = found ?? attention;
            if (blocks.Contains(block))
            {
                intermediate[block] = PatchTokens(stream);
            }
        }

        return new TransformerValues(PatchTokens(stream), attention, intermediate);
    }

    /// <summary>[B, D, G, G] → [B, T, D], registers in front, positions added.</summary>
    private string Prepare(string map)
    {
        using IDisposable scope = builder.Within("embed");
        string flat = builder.Reshape(map, 0, _width, architecture.Patches); // [B, D, N]
        string tokens = builder.Add("Transpose", [flat], GraphBuilder.Attribute("perm", [0, 2, 1])); // [B, N, D]
        if (architecture.RegisterTokens > 0)
        {
            string batch = builder.Add("Shape", [tokens], GraphBuilder.Attribute("start", 0), GraphBuilder.Attribute("end", 1));
            string shape = builder.Add("Concat", [batch, builder.Constant("rest", architecture.RegisterTokens, _width)], GraphBuilder.Attribute("axis", 0));
            string registers = builder.Add("Expand", [weights.Add("transformer.reg_embed"), shape]); // [B, R, D]
            tokens = builder.Add("Concat", [registers, tokens], GraphBuilder.Attribute("axis", 1));
        }

        return builder.Add("Add", [tokens, weights.Add(BackboneLayout.PositionName)]);
    }

    /// <summary>[B·T, D] → [B, N, D], without registers.</summary>
    private string PatchTokens(string stream)
    {
        string tokens = builder.Reshape(stream, -1, _tokens, _width);
        return architecture.RegisterTokens == 0
            ? tokens
            : builder.Add("Slice", [tokens, builder.Constant("from", architecture.RegisterTokens), builder.Constant("to", _tokens), builder.Constant("axis", 1)]);
    }
}

/// <summary>The names of a transformer's values.</summary>
/// <param name="Tokens">The last block's tokens [B, N, D], not normalized.</param>
/// <param name="Attention">The last block's attention weights [B, H, T, T], if asked for.</param>
/// <param name="Blocks">The tokens [B, N, D] behind each block asked for.</param>
internal sealed record TransformerValues(string Tokens, string? Attention, IReadOnlyDictionary<int, string> Blocks);
