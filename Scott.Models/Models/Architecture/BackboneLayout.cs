namespace Scott.Models;

/// <summary>The tensors of a backbone and of the predictor: reference state-dict names, shapes and initial distributions.</summary>
/// <remarks>Reference: <c>src/models/scott.py</c>, <c>vit.py</c>, <c>transformer.py</c> and <c>predictor.py</c> at commit 8b6c6f9.</remarks>
internal static class BackboneLayout
{
    public const string PositionName = "transformer.pos_embed";
    public const string MaskTokenName = "transformer.msk_embed";
    public const string RegistersName = "transformer.reg_embed";

    public const string FirstConvolutionName = "tokenizer.tokenizer.0.weight";
    public const string PatchProjectionName = "tokenizer.proj.weight";

    public const int TokenizerChannels = 64; // The number of channels after the first convolution of the SCOTT tokenizer.
    public const int TokenizerKernel = 7; // The side of both kernels of that tokenizer, in pixels.
    private const double LinearDeviation = 0.02;
    private const double MaskTokenDeviation = 1e-6;

    public static IReadOnlyList<WeightSpec> Backbone(ScottArchitecture architecture) =>
    [
        .. architecture.Tokenizer == TokenizerKind.Scott
            ? ScottTokenizer(architecture.EmbeddingWidth, architecture.Channels)
            : VitTokenizer(architecture.EmbeddingWidth, architecture.Channels, architecture.PatchPixels),
        .. architecture.StandardVit is { } standard
            ? StandardVitLayout.Transformer(architecture, standard)
            : Transformer(architecture, architecture.Depth, ResidualDivisor),
    ];

    /// <summary>The tensors of the predictor that pretraining puts behind a backbone: a transformer with its own depth, and a head.</summary>
    /// <remarks>Behind a standard ViT too, it has the blocks of the paper: see <see cref="PredictorArchitecture"/>.</remarks>
    public static IReadOnlyList<WeightSpec> Predictor(ScottArchitecture architecture, int depth) =>
    [
        // As in the reference: its transformer divides by the first divisor, its predictor by the second. That one counts the backbone's blocks too.
        .. Transformer(PredictorArchitecture(architecture), depth, block => ResidualDivisor(block) * ResidualDivisor(block + architecture.Depth)),
        .. WeightSpec.Norm("head.1", architecture.EmbeddingWidth),
        .. WeightSpec.Linear("head.2", architecture.EmbeddingWidth, architecture.EmbeddingWidth),
    ];

    /// <summary>The architecture of the predictor's transformer: the paper's, of the backbone's width, heads, grid and registers.</summary>
    public static ScottArchitecture PredictorArchitecture(ScottArchitecture architecture) => architecture with { StandardVit = null };

    private static WeightSpec[] ScottTokenizer(int width, int channels) =>
    [
        Convolution(FirstConvolutionName, TokenizerChannels, channels, TokenizerKernel),
        Convolution("tokenizer.tokenizer.3.weight", width, TokenizerChannels, TokenizerKernel),
    ];

    private static WeightSpec[] VitTokenizer(int width, int channels, int patch) =>
    [
        Convolution(PatchProjectionName, width, channels, patch),
        new("tokenizer.proj.bias", [width], WeightFills.Uniform(channels * patch * patch)),
    ];

    private static WeightSpec Convolution(string name, int outputs, int inputs, int side) =>
        new(name, [outputs, inputs, side, side], WeightFills.KaimingNormal(inputs * side * side));

    private static IEnumerable<WeightSpec> Transformer(ScottArchitecture architecture, int depth, Func<int, double> residualDivisor)
    {
        int width = architecture.EmbeddingWidth;
        int registers = architecture.RegisterTokens;
        yield return new WeightSpec(MaskTokenName, [1, 1, width], WeightFills.TruncatedNormal(MaskTokenDeviation));
        if (registers > 0)
            yield return new WeightSpec(RegistersName, [1, registers, width], WeightFills.TruncatedNormal(LinearDeviation));

        yield return new WeightSpec(
            PositionName, [architecture.Tokens, width],
            (_, destination) => PositionTable.Create(width, architecture.Grid, registers).CopyTo(destination),
            IsTrained: false);
        for (int block = 0; block < depth; block++)
        {
            foreach (WeightSpec spec in Block(architecture, $"transformer.blocks.{block}.", residualDivisor(block)))
                yield return spec;
        }
    }

    private static IEnumerable<WeightSpec> Block(ScottArchitecture architecture, string prefix, double residualDivisor)
    {
        int width = architecture.EmbeddingWidth;
        int hidden = architecture.FeedForwardWidth;
        WeightFill linear = WeightFills.TruncatedNormal(LinearDeviation);
        WeightFill residual = WeightFills.TruncatedNormal(LinearDeviation, divisor: residualDivisor);
        yield return new WeightSpec(prefix + "self_attn.qkv.weight", [3 * width, width], linear);
        yield return new WeightSpec(prefix + "self_attn.proj.weight", [width, width], residual);
        yield return architecture.FeedForward == FeedForwardKind.SwiGlu
            ? new WeightSpec(prefix + "ffn_layer.w12.weight", [2 * hidden, width], linear)
            : new WeightSpec(prefix + "ffn_layer.linear1.weight", [hidden, width], linear);
        yield return new WeightSpec(prefix + "ffn_layer.last_linear.weight", [width, hidden], residual);
    }

    private static double ResidualDivisor(int block) => Math.Sqrt(2.0 * (block + 1));
}
