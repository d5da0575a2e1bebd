namespace Scott.Models;

/// <summary>The tensors of a standard ViT's transformer: names, shapes and initial distributions.</summary>
/// <remarks>
/// Other libraries' names are translated to these when weights are imported. Positions are for patches alone: the class token's position is added
/// into it, and registers have none, as in timm's <c>no_embed_class</c> form. Initial values as in timm's <c>init_weights_vit_timm</c>.
/// </remarks>
internal static class StandardVitLayout
{
    public const string ClassTokenName = "transformer.cls_embed";
    public const string FinalNorm = "transformer.norm";

    private static readonly WeightFill Narrow = WeightFills.TruncatedNormal(0.02);
    private static readonly WeightFill Zeros = WeightFills.Constant(0);
    private static readonly WeightFill Ones = WeightFills.Constant(1);

    public static IEnumerable<WeightSpec> Transformer(ScottArchitecture architecture, StandardVit standard)
    {
        int width = architecture.EmbeddingWidth;
        if (standard.HasClassToken)
            yield return new WeightSpec(ClassTokenName, [1, 1, width], Narrow);

        yield return new WeightSpec(BackboneLayout.MaskTokenName, [1, 1, width], Zeros);
        if (architecture.RegisterTokens > 0)
            yield return new WeightSpec(BackboneLayout.RegistersName, [1, architecture.RegisterTokens, width], Narrow);

        yield return new WeightSpec(BackboneLayout.PositionName, [architecture.Patches, width], Narrow);
        for (int block = 0; block < architecture.Depth; block++)
        {
            foreach (WeightSpec spec in Block(architecture, standard, $"transformer.blocks.{block}."))
                yield return spec;
        }

        foreach (WeightSpec spec in WeightSpec.Norm(FinalNorm, width))
            yield return spec;
    }

    private static IEnumerable<WeightSpec> Block(ScottArchitecture architecture, StandardVit standard, string prefix)
    {
        int width = architecture.EmbeddingWidth;
        bool isGated = architecture.FeedForward == FeedForwardKind.SwiGlu;
        int hidden = standard.FeedForwardWidth;
        return
        [
            .. WeightSpec.Norm(prefix + "norm1", width),
            .. Linear(prefix + "self_attn.qkv", width, 3 * width, standard.HasQueryKeyValueBias),
            .. Linear(prefix + "self_attn.proj", width, width),
            .. Scale(prefix + "ls1"),
            .. WeightSpec.Norm(prefix + "norm2", width),
            .. isGated ? Linear(prefix + "ffn_layer.w12", width, 2 * hidden) : Linear(prefix + "ffn_layer.linear1", width, hidden),
            .. Linear(prefix + "ffn_layer.last_linear", hidden, width),
            .. Scale(prefix + "ls2"),
        ];

        WeightSpec[] Scale(string name) => standard.HasLayerScale ? [new(name, [width], Ones)] : [];
    }

    private static WeightSpec[] Linear(string name, int inputs, int outputs, bool hasBias = true)
    {
        var weight = new WeightSpec(name + ".weight", [outputs, inputs], Narrow);
        return hasBias ? [weight, new(name + ".bias", [outputs], Zeros)] : [weight];
    }
}
