namespace Scott.Models;

/// <summary>Reads the <c>config.json</c> of Hugging Face transformers: <c>vit</c>, <c>dinov2</c> and <c>dinov2_with_registers</c>.</summary>
/// <remarks>Reference: <c>configuration_vit.py</c>, <c>configuration_dinov2.py</c> and <c>configuration_dinov2_with_registers.py</c>, and the models
/// beside them. Settings that only training uses, and how a file was saved, are not read.</remarks>
internal static class TransformersConfiguration
{
    private const string Supported = "expected \"vit\", \"dinov2\" or \"dinov2_with_registers\".";
    private const int MaximumClasses = 1_000_000;

    /// <summary>What the architecture is, and the names of the classes, if there is a head.</summary>
    public static (ScottArchitecture Architecture, IReadOnlyList<string>? Classes) Read(ConfigurationNode config)
    {
        string type = config.Text("model_type");
        bool isDino = type is "dinov2" or "dinov2_with_registers";
        if (!isDino && type != "vit")
            throw config.Fault("model_type", $"is '{type}'; {Supported}");

        config.RequireAbsentOr("quantization_config", "quantized weights cannot be read. Use the repository with the original weights.");
        config.RequireAbsentOr("num_channels", "expected 3.", "3");
        config.RequireAbsentOr("hidden_act", "expected \"gelu\", the exact one.", "\"gelu\"");
        config.RequireAbsentOr("hidden_activation", "expected \"gelu\", the exact one.", "\"gelu\"");
        foreach (string other in (string[])["rope_theta", "window_size", "use_abs_pos", "use_rel_pos"])
            config.RequireAbsentOr(other, "this package computes learned absolute positions and full attention only.");

        bool isGated = isDino && config.Boolean("use_swiglu_ffn", false);
        int width = config.Integer("hidden_size", 768);
        var architecture = new ScottArchitecture
        {
            Tokenizer = TokenizerKind.Vit,
            ImagePixels = Side(config, "image_size", 224),
            PatchPixels = Side(config, "patch_size", 16),
            EmbeddingWidth = width,
            Depth = config.Integer("num_hidden_layers", 12),
            Heads = config.Integer("num_attention_heads", 12),
            FeedForward = isGated ? FeedForwardKind.SwiGlu : FeedForwardKind.Mlp,
            RegisterTokens = type == "dinov2_with_registers" ? config.Integer("num_register_tokens", 4) : 0,
            DropoutRate = 0,
            AttentionDropoutRate = 0,
            StochasticDepthRate = 0,
            StandardVit = new StandardVit
            {
                FeedForwardWidth = isDino ? DinoHidden(config, width, isGated) : config.Integer("intermediate_size", 3072),
                HasLayerScale = isDino,
                HasQueryKeyValueBias = config.Boolean("qkv_bias", true),
                NormEpsilon = config.Number("layer_norm_eps", isDino ? 1e-6 : 1e-12),
                // Only the model with registers resamples with antialiasing.
                PositionResampling = type == "dinov2_with_registers" ? PositionResampling.Antialiased : PositionResampling.Plain,
            },
        };
        return (architecture, Classes(config));
    }

    /// <summary>As in <c>Dinov2MLP</c> and <c>Dinov2SwiGLUFFN</c>: the gated layer has two thirds of the width, rounded up to a multiple of
    /// 8.</summary>
    private static int DinoHidden(ConfigurationNode config, int width, bool isGated)
    {
        double hidden = Math.Floor(width * config.Number("mlp_ratio", 4));
        if (hidden is not (>= 1 and <= int.MaxValue / 2))
            throw config.Fault("mlp_ratio", "gives no usable width of the feed-forward layer.");

        return isGated ? ((int)(hidden * 2 / 3) + 7) / 8 * 8 : (int)hidden;
    }

    /// <summary>Whether the probability of each class is a sigmoid, as transformers' image classification computes it then.</summary>
    public static bool IsMultiLabel(ConfigurationNode config) => config.Text("problem_type", string.Empty) == "multi_label_classification";

    /// <summary>The names in the order of their numbers, if the model has a head that this package computes: one for classes, not for
    /// numbers.</summary>
    private static IReadOnlyList<string>? Classes(ConfigurationNode config)
    {
        if (config.Texts("architectures") is not ["ViTForImageClassification"] || config.Text("problem_type", string.Empty) == "regression")
            return null;
        if (config.Object("id2label") is not { } labels)
            return []; // transformers leaves out the names that it gives by default.

        int count = labels.Names.Count;
        if (count is 0 or > MaximumClasses)
            throw config.Fault("id2label", $"has {Plural.Of(count, "class", "classes")}; expected 1 to {MaximumClasses}.");

        string Label(int i) => labels.TextOrNumber(i.ToString(CultureInfo.InvariantCulture));
        return ForeignModel.Distinct([.. Enumerable.Range(0, count).Select(Label)]);
    }

    /// <summary>The side of a square, given once or for both axes.</summary>
    private static int Side(ConfigurationNode config, string field, int byDefault) => config.Integers(field) switch
    {
        null => byDefault,
        [int side] => side,
        [int height, int width] when height == width => height,
        _ => throw config.Fault(field, "has sides of different lengths; expected a square."),
    };
}
