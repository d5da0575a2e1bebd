using Scott.Models.Weights;

namespace Scott.Models;

/// <summary>
/// The one place that says which tensors an architecture has: reference state-dict names, shapes and initial distributions. Loading,
/// initialization and export all read it.
/// </summary>
/// <remarks>Reference: <c>src/models/scott.py</c>, <c>vit.py</c>, <c>transformer.py</c> and <c>predictor.py</c> at commit 8b6c6f9.</remarks>
internal static class BackboneLayout
{
    public const string PositionName = "transformer.pos_embed";
    public const string MaskTokenName = "transformer.msk_embed";

    /// <summary>The width of the SCOTT tokenizer's first convolution.</summary>
    public const int TokenizerChannels = 64;

    /// <summary>The side of both of the SCOTT tokenizer's kernels.</summary>
    public const int TokenizerKernel = 7;

    private const int ImageChannels = 3;
    private const double LinearDeviation = 0.02;
    private const double MaskTokenDeviation = 1e-6;

    /// <summary>The tensors of a backbone.</summary>
    public static IReadOnlyList<WeightSpec> Backbone(ScottArchitecture architecture)
    {
        IEnumerable<WeightSpec> tokenizer = architecture.Tokenizer == TokenizerKind.Scott
            ? ScottTokenizer(architecture.EmbeddingWidth)
            : VitTokenizer(architecture.EmbeddingWidth, architecture.PatchPixels);
        return [.. tokenizer, .. Transformer(architecture, architecture.Depth, block => ResidualDivisor(block))];
    }

    /// <summary>The tensors of the predictor that pre-training puts behind a backbone: a transformer and a head.</summary>
    /// <param name="architecture">The backbone's; the predictor takes over all but the depth.</param>
    /// <param name="depth">The predictor's number of blocks.</param>
    public static IReadOnlyList<WeightSpec> Predictor(ScottArchitecture architecture, int depth)
    {
        int width = architecture.EmbeddingWidth;

        // Both divisions are the reference's: its transformer applies the first, its predictor the second, counting on from the backbone.
        IEnumerable<WeightSpec> transformer = Transformer(
            architecture, depth, block => ResidualDivisor(block) * ResidualDivisor(block + architecture.Depth));
        return
        [
            .. transformer,
            new WeightSpec("head.1.weight", [width], WeightFills.Constant(1)),
            new WeightSpec("head.1.bias", [width], WeightFills.Constant(0)),
            new WeightSpec("head.2.weight", [width, width], WeightFills.Uniform(width)),
            new WeightSpec("head.2.bias", [width], WeightFills.Uniform(width)),
        ];
    }

    /// <summary>Initial values for a layout, the same for the same seed on every machine.</summary>
    /// <remarks>Every tensor draws from a stream of its own, so they can be drawn at once.</remarks>
    public static WeightSet Initialize(IReadOnlyList<WeightSpec> layout, long seed) => new(layout.AsParallel().AsOrdered().Select(spec =>
    {
        float[] values = new float[spec.ElementCount];
        spec.Fill(new DeterministicRandom(unchecked((ulong)seed), spec.Name), values);
        return WeightTensor.Create(spec.Name, spec.Shape, values);
    }));

    private static IEnumerable<WeightSpec> ScottTokenizer(int width)
    {
        const int Area = TokenizerKernel * TokenizerKernel;
        yield return new WeightSpec(
            "tokenizer.tokenizer.0.weight",
            [TokenizerChannels, ImageChannels, TokenizerKernel, TokenizerKernel],
            WeightFills.KaimingNormal(ImageChannels * Area));
        yield return new WeightSpec(
            "tokenizer.tokenizer.3.weight",
            [width, TokenizerChannels, TokenizerKernel, TokenizerKernel],
            WeightFills.KaimingNormal(TokenizerChannels * Area));
    }

    private static IEnumerable<WeightSpec> VitTokenizer(int width, int patch)
    {
        int fanIn = ImageChannels * patch * patch;
        yield return new WeightSpec("tokenizer.proj.weight", [width, ImageChannels, patch, patch], WeightFills.KaimingNormal(fanIn));
        yield return new WeightSpec("tokenizer.proj.bias", [width], WeightFills.Uniform(fanIn));
    }

    private static IEnumerable<WeightSpec> Transformer(ScottArchitecture architecture, int depth, Func<int, double> residualDivisor)
    {
        int width = architecture.EmbeddingWidth;
        int registers = architecture.RegisterTokens;
        yield return new WeightSpec(MaskTokenName, [1, 1, width], WeightFills.TruncatedNormal(MaskTokenDeviation));
        if (registers > 0)
        {
            yield return new WeightSpec("transformer.reg_embed", [1, registers, width], WeightFills.TruncatedNormal(LinearDeviation));
        }

        yield return new WeightSpec(
            PositionName,
            [registers + architecture.Patches, width],
            (_, destination) => PositionTable.Create(width, architecture.GridSide, registers).CopyTo(destination),
            IsTrained: false);
        for (int block = 0; block < depth; block++)
        {
            foreach (WeightSpec spec in Block(architecture, $"transformer.blocks.{block}.", residualDivisor(block)))
            {
                yield return spec;
            }
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
