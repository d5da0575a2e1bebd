using System.Text.RegularExpressions;
using Scott.Models.Weights;

namespace Scott.Models;

/// <summary>Reads the <c>config.json</c> of timm: plain <c>VisionTransformer</c> models.</summary>
/// <remarks>
/// Reference: <c>timm/models/vision_transformer.py</c> and <c>timm/data/transforms_factory.py</c>. Published files often name only the architecture:
/// sizes then follow from the weights, and the number of heads from the name, or from the usual width of a head, 64.
/// </remarks>
internal static partial class TimmConfiguration
{
    private const string Arguments = "model_args";
    private const string Pretrained = "pretrained_cfg";
    private const string HeadName = "head.weight";
    private const int UsualHeadWidth = 64;
    private const double FloatTolerance = 1e-6;
    private const int MaximumClasses = 1_000_000;

    /// <summary>The sizes whose heads have another width than 64, by name and width of a token.</summary>
    private static readonly Dictionary<(string Size, int Width), int> UnusualHeads = new()
    {
        [("huge", 1280)] = 16,
        [("giant", 1408)] = 16,
        [("gigantic", 1664)] = 16,
    };

    private static readonly string[] NotComputed =
    [
        "act_layer", "norm_layer", "embed_layer", "block_fn", "attn_layer", "qk_norm", "scale_attn_norm", "scale_mlp_norm", "proj_bias", "pre_norm",
        "embed_norm_layer", "attn_drop_rate", "dynamic_img_pad", "fc_norm", "final_norm", "fix_init", "pool_include_prefix", "fused_attn",
    ];

    /// <summary>Arguments that only training uses, or that this reader handles itself.</summary>
    private static readonly HashSet<string> Known =
    [
        "img_size", "patch_size", "in_chans", "num_classes", "global_pool", "embed_dim", "depth", "num_heads", "mlp_ratio", "qkv_bias", "init_values",
        "class_token", "pos_embed", "no_embed_class", "reg_tokens", "mlp_layer", "dynamic_img_size", "drop_rate", "pos_drop_rate", "patch_drop_rate",
        "proj_drop_rate", "drop_path_rate", "weight_init", "strict_img_size",
    ];

    public static ForeignModel Read(ConfigurationNode config, WeightSet weights)
    {
        ConfigurationNode pretrained = config.Object(Pretrained) ?? config;
        ConfigurationNode? arguments = config.Object(Arguments);
        string name = config.Text("architecture");
        if (!NamePattern().IsMatch(name) && arguments?.Has("num_heads") != true)
            throw config.Fault("architecture", $"is '{name}'; expected a plain ViT, such as vit_small_patch14_dinov2, or all of its {Arguments}.");

        if (arguments is not null)
            CheckArguments(arguments);

        RequireTokenPool(config, "global_pool");
        ScottArchitecture architecture = ReadArchitecture(config, arguments, pretrained, name, weights);
        return new ForeignModel(architecture, ReadPreprocessing(arguments, pretrained), ReadClasses(config, weights));
    }

    private static void CheckArguments(ConfigurationNode arguments)
    {
        bool isGated = arguments.Has("mlp_layer");
        arguments.RequireAbsentOr("mlp_layer", "expected SwiGLUPacked, or none for the usual one.", "\"SwiGLUPacked\"");
        arguments.RequireAbsentOr("in_chans", "expected 3.", "3");
        arguments.RequireAbsentOr("pos_embed", "expected \"learn\".", "\"learn\"");
        foreach (string field in arguments.Names.Where(field => !Known.Contains(field)))
        {
            string[] accepted = field switch
            {
                "act_layer" => isGated ? ["\"silu\""] : ["\"gelu\""],
                "proj_bias" or "final_norm" or "fused_attn" => ["true"],
                "attn_drop_rate" => ["0", "0.0"],
                "fix_init" => ["true", "false"],
                _ when NotComputed.Contains(field) => ["false"],
                _ => [],
            };
            arguments.RequireAbsentOr(field, "this package does not compute a ViT with that.", accepted);
        }

        RequireTokenPool(arguments, "global_pool");
        if (isGated)
            arguments.RequireAbsentOr("act_layer", "expected \"silu\".", "\"silu\"");
    }

    private static void RequireTokenPool(ConfigurationNode node, string field) =>
        node.RequireAbsentOr(field, "expected \"token\": other poolings have another norm, or none.", "\"token\"", "\"\"");

    private static ScottArchitecture ReadArchitecture(
        ConfigurationNode config, ConfigurationNode? arguments, ConfigurationNode pretrained, string name, WeightSet weights)
    {
        long[] patches = ShapeOf(config, weights, NamingScheme.Timm.Tokens.PatchProjection + ".weight", 4);
        long[] input = ShapeOf(config, weights, "blocks.0.mlp.fc1.weight", 2);
        long[] output = ShapeOf(config, weights, "blocks.0.mlp.fc2.weight", 2);
        int width = (int)patches[0];
        bool isGated = input[0] == 2 * output[1];
        if (isGated && arguments?.Has("mlp_layer") != true && !name.Contains("dinov2", StringComparison.Ordinal))
            throw config.Fault("architecture", $"is '{name}', whose weights have a gated layer; expected {Arguments}.mlp_layer to say which.");

        bool hasRegisters = weights.TryGet(NamingScheme.Timm.Tokens.Registers, out WeightTensor? tokens) && tokens.Shape.Length == 3;
        int depth = 0;
        while (depth < ScottArchitecture.MaximumDepth && weights.TryGet(FormattableString.Invariant($"blocks.{depth}.norm1.weight"), out _))
            depth++;

        int[] image = arguments?.Integers("img_size") ?? InputSize(pretrained)[1..];
        var architecture = new ScottArchitecture
        {
            Tokenizer = TokenizerKind.Vit,
            PatchPixels = (int)patches[2],
            EmbeddingWidth = width,
            Depth = depth,
            Heads = arguments?.Has("num_heads") == true ? arguments.Integer("num_heads") : HeadsOf(config, name, width),
            FeedForward = isGated ? FeedForwardKind.SwiGlu : FeedForwardKind.Mlp,
            RegisterTokens = hasRegisters ? (int)tokens!.Shape[1] : 0,
            DropoutRate = 0,
            AttentionDropoutRate = 0,
            StochasticDepthRate = 0,
            StandardVit = new StandardVit
            {
                FeedForwardWidth = (int)output[1],
                HasClassToken = weights.TryGet(NamingScheme.Timm.Tokens.Class, out _),
                HasLayerScale = weights.TryGet("blocks.0.ls1.gamma", out _),
                HasQueryKeyValueBias = weights.TryGet("blocks.0.attn.qkv.bias", out _),
                NormEpsilon = 1e-6,
                PositionResampling = PositionResampling.Antialiased,
            },
        };
        architecture = architecture with { ImagePixels = image[0], ImageWidthPixels = image[^1] == image[0] ? null : image[^1] };
        CheckSizes(config, arguments, architecture);
        return architecture;
    }

    /// <summary>What the arguments say must be what the weights are.</summary>
    private static void CheckSizes(ConfigurationNode config, ConfigurationNode? arguments, ScottArchitecture architecture)
    {
        if (arguments is null)
            return;

        void Require(string field, int found)
        {
            if (arguments.Integers(field) is { } said && said.Any(value => value != found))
                throw arguments.Fault(field, $"is not {found}, as in the weights.");
        }

        Require("patch_size", architecture.PatchPixels);
        Require("embed_dim", architecture.EmbeddingWidth);
        Require("depth", architecture.Depth);
        Require("reg_tokens", architecture.RegisterTokens);
    }

    private static int HeadsOf(ConfigurationNode config, string name, int width)
    {
        string size = NamePattern().Match(name).Groups["size"].Value;
        if (UnusualHeads.TryGetValue((size, width), out int heads))
            return heads;

        return width % UsualHeadWidth == 0
            ? width / UsualHeadWidth
            : throw config.Fault("architecture", $"is '{name}', which does not tell the number of heads; expected it in {Arguments}.num_heads.");
    }

    private static PreprocessingSpec ReadPreprocessing(ConfigurationNode? arguments, ConfigurationNode pretrained)
    {
        int[] size = SizeOf(arguments, pretrained);
        string mode = pretrained.Text("crop_mode", "center");
        if (mode is not ("center" or "squash"))
            throw pretrained.Fault("crop_mode", $"is '{mode}'; expected \"center\" or \"squash\".");
        if (size[1] != size[2])
            throw pretrained.Fault("input_size", $"is {size[1]}×{size[2]}; expected a square.");

        double share = pretrained.Number("crop_pct", 0.875);
        if (share is not (> 0.01 and <= 1 + FloatTolerance))
            throw pretrained.Fault("crop_pct", string.Create(CultureInfo.InvariantCulture, $"is {share}; expected more than 0, up to 1."));

        return new PreprocessingSpec
        {
            ImagePixels = size[1],
            ResizePixels = (int)Math.Floor(size[1] / share),
            Resize = mode == "squash" ? ResizeMode.Stretch : ResizeMode.ShortSide,
            Interpolation = pretrained.Text("interpolation") switch
            {
                "bilinear" => Interpolation.Bilinear,
                "bicubic" => Interpolation.Bicubic,
                string other => throw pretrained.Fault("interpolation", $"is '{other}'; expected \"bilinear\" or \"bicubic\"."),
            },
            Mean = Triple(pretrained, "mean"),
            StandardDeviation = Triple(pretrained, "std"),
        };
    }

    /// <summary>Channels, height and width of an image. As in timm's <c>_parse_model_cfg</c>, a model of a fixed size that was built for another one
    /// takes that; one that takes any size keeps the size of its images.</summary>
    private static int[] SizeOf(ConfigurationNode? arguments, ConfigurationNode pretrained)
    {
        int[] size = InputSize(pretrained);
        if (arguments?.Integers("img_size") is not { Length: > 0 } built || (built[0] == size[1] && built[^1] == size[2]))
            return size;
        if (arguments.Boolean("dynamic_img_size", false) || !arguments.Boolean("strict_img_size", true))
            return size;

        return pretrained.Boolean("fixed_input_size", false)
            ? [size[0], built[0], built[^1]]
            : throw arguments.Fault("img_size", $"is {built[0]}, and the images have {size[1]}×{size[2]} pixels, which the model does not take.");
    }

    /// <summary>Channels, height and width.</summary>
    private static int[] InputSize(ConfigurationNode pretrained) => pretrained.Integers("input_size") switch
    {
        [3, > 0, > 0] size => size,
        null => throw pretrained.Fault("input_size", "is missing; expected channels, height and width."),
        _ => throw pretrained.Fault("input_size", "is not 3 channels, a height and a width."),
    };

    private static RgbTriple Triple(ConfigurationNode node, string field) => node.Numbers(field, 3) is [float red, float green, float blue]
        ? new RgbTriple(red, green, blue)
        : throw node.Fault(field, "is missing; expected three numbers.");

    /// <summary>The names of the classes, or their numbers if the file has no names.</summary>
    private static IReadOnlyList<string>? ReadClasses(ConfigurationNode config, WeightSet weights)
    {
        if (!weights.TryGet(HeadName, out WeightTensor? head) || head.Shape.Length != 2)
            return null;

        if (head.Shape[0] is 0 or > MaximumClasses)
            return null;

        int count = (int)head.Shape[0];
        string[] names = config.IsArray("label_names")
            ? config.Texts("label_names")!
            : [.. Enumerable.Range(0, count).Select(i => i.ToString(CultureInfo.InvariantCulture))];
        return names.Length == count
            ? ForeignModel.Distinct(names)
            : throw config.Fault("label_names", $"has {Plural.Of(names.Length, "name")}; expected {count}, the classes of the weights.");
    }

    private static long[] ShapeOf(ConfigurationNode config, WeightSet weights, string name, int rank)
    {
        if (weights.TryGet(name, out WeightTensor? tensor) && tensor.Shape.Length == rank)
            return tensor.Shape.ToArray();

        throw config.Fault("architecture", $"does not fit the weights, which have no '{name}' with {rank} dimensions.");
    }

    /// <summary>The names of plain ViTs: no CLIP, SigLIP, rotary or relative positions, or other norms.</summary>
    [GeneratedRegex(
        @"^vit_(?<size>[a-z]+)_patch\d+(_reg\d+)?(_(\d+|dinov2|dino|mae|in21k|miil|augreg))*$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();
}
