using Scott.Models.Weights;

namespace Scott.Models;

/// <summary>The names that a library gives the tensors of a standard ViT.</summary>
/// <remarks>
/// DINOv2: facebookresearch/dinov2 at b8931f7, <c>dinov2/models/vision_transformer.py</c>. timm: <c>timm/models/vision_transformer.py</c>.
/// transformers: <c>modeling_vit.py</c>, <c>modeling_dinov2.py</c> and <c>modeling_dinov2_with_registers.py</c>.
/// </remarks>
internal sealed record NamingScheme(string Library)
{
    public static readonly NamingScheme DinoV2 = new("DINOv2")
    {
        Tokens = new("cls_token", "register_tokens", "mask_token", "pos_embed", "patch_embed.proj"),
        BlockPrefix = "blocks.",
        Block = new("norm1", "norm2", ["attn.qkv"], "attn.proj", ".gamma", "ls1", "ls2"),
        Mlp = ("mlp.fc1", "mlp.fc2"),
        Gated = ("mlp.w12", "mlp.w3"),
        FinalNorm = "norm",
        Head = "head",
    };

    public static readonly NamingScheme Timm = DinoV2 with
    {
        Library = "timm",
        Tokens = DinoV2.Tokens with { Registers = "reg_token" },
        Gated = ("mlp.fc1", "mlp.fc2"),
    };

    private const string Attention = "attention.attention.";

    /// <summary>The names of Dinov2Model; its blocks and its norm have the names of the paper's authors.</summary>
    public static readonly NamingScheme TransformersDino = new("transformers")
    {
        Tokens = new(
            "embeddings.cls_token", "embeddings.register_tokens", "embeddings.mask_token", "embeddings.position_embeddings",
            "embeddings.patch_embeddings.projection"),
        BlockPrefix = "encoder.layer.",
        Block = new(
            "norm1", "norm2", [Attention + "query", Attention + "key", Attention + "value"], "attention.output.dense", ".lambda1",
            "layer_scale1", "layer_scale2"),
        Mlp = ("mlp.fc1", "mlp.fc2"),
        Gated = ("mlp.weights_in", "mlp.weights_out"),
        FinalNorm = "layernorm",
        Head = "classifier",
        ModelPrefixes = ["dinov2.", "dinov2_with_registers."],
    };

    /// <summary>The names of ViTModel.</summary>
    public static readonly NamingScheme TransformersVit = TransformersDino with
    {
        Block = TransformersDino.Block with { AttentionNorm = "layernorm_before", FeedForwardNorm = "layernorm_after" },
        Mlp = ("intermediate.dense", "output.dense"),
        ModelPrefixes = ["vit."],
        Unused = ["pooler."],
    };

    public required TokenNames Tokens { get; init; }
    public required string BlockPrefix { get; init; }
    public required BlockNames Block { get; init; }
    public required (string Input, string Output) Mlp { get; init; }
    public required (string Input, string Output) Gated { get; init; }
    public required string FinalNorm { get; init; }
    /// <summary>The classifier's layer.</summary>
    public required string Head { get; init; }
    /// <summary>What may stand before all names but the head's, if a head is in the file.</summary>
    public IReadOnlyList<string> ModelPrefixes { get; init; } = [];
    /// <summary>What tensors begin with that do not change tokens, and are left out.</summary>
    public IReadOnlyList<string> Unused { get; init; } = [];

    /// <summary>The scheme of a set of weights, by names that only it has; <see langword="null"/> if it is none of these.</summary>
    public static NamingScheme? Detect(WeightSet weights)
    {
        bool HasFirst(NamingScheme scheme) =>
            weights.TryGet($"{scheme.PrefixIn(weights)}{scheme.BlockPrefix}0.{scheme.Block.AttentionNorm}.weight", out _);
        if (HasFirst(TransformersVit))
            return TransformersVit;
        if (HasFirst(TransformersDino))
            return TransformersDino;
        if (!HasFirst(DinoV2))
            return null;

        // Where neither has any of these, both have the same names.
        string[] signs = [DinoV2.Tokens.Registers, DinoV2.Tokens.Mask, $"{DinoV2.BlockPrefix}0.{DinoV2.Gated.Input}.weight"];
        return signs.Any(sign => weights.TryGet(sign, out _)) ? DinoV2 : Timm;
    }

    /// <summary>The prefix of <see cref="ModelPrefixes"/> that these weights have, or none.</summary>
    public string PrefixIn(WeightSet weights) =>
        ModelPrefixes.FirstOrDefault(prefix => weights.Names.Any(name => name.StartsWith(prefix, StringComparison.Ordinal))) ?? string.Empty;
}

/// <summary>The names of the tensors before the blocks.</summary>
internal sealed record TokenNames(string Class, string Registers, string Mask, string Positions, string PatchProjection);

/// <summary>The names inside a block. Queries, keys and values are one layer or three.</summary>
internal sealed record BlockNames(
    string AttentionNorm, string FeedForwardNorm, IReadOnlyList<string> QueryKeyValue, string Projection, string ScaleSuffix, string FirstScale,
    string SecondScale);
