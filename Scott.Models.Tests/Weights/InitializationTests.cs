using Scott.Models.Weights;

namespace Scott.Models.Tests.Weights;

public sealed class InitializationTests
{
    private static readonly ScottArchitecture Wide = Architectures.Tiny with { EmbeddingWidth = 192, Heads = 3, Depth = 4, RegisterTokens = 4 };

    [Fact]
    public void Initialize_Backbone_HasTheReferencesMoments()
    {
        WeightSet weights = WeightSpec.Initialize(BackboneLayout.Backbone(Wide), seed: 1);
        AssertNormal(weights["tokenizer.tokenizer.0.weight"], Math.Sqrt(2.0 / (3 * 49)));
        AssertNormal(weights["tokenizer.tokenizer.3.weight"], Math.Sqrt(2.0 / (64 * 49)));
        AssertNormal(weights["transformer.msk_embed"], 1e-6);
        AssertNormal(weights["transformer.reg_embed"], 0.02);
        for (int block = 0; block < Wide.Depth; block++)
        {
            AssertNormal(weights[$"transformer.blocks.{block}.self_attn.qkv.weight"], 0.02);
            AssertNormal(weights[$"transformer.blocks.{block}.ffn_layer.w12.weight"], 0.02);
            AssertNormal(weights[$"transformer.blocks.{block}.self_attn.proj.weight"], 0.02 / Math.Sqrt(2 * (block + 1)));
            AssertNormal(weights[$"transformer.blocks.{block}.ffn_layer.last_linear.weight"], 0.02 / Math.Sqrt(2 * (block + 1)));
        }
    }

    [Fact]
    public void Initialize_Predictor_DividesTwiceCountingOnFromTheBackbone()
    {
        WeightSet weights = WeightSpec.Initialize(BackboneLayout.Predictor(Wide, depth: 2), seed: 1);
        for (int block = 0; block < 2; block++)
        {
            double divisor = Math.Sqrt(2 * (block + 1)) * Math.Sqrt(2 * (block + 1 + Wide.Depth));
            AssertNormal(weights[$"transformer.blocks.{block}.self_attn.proj.weight"], 0.02 / divisor);
            AssertNormal(weights[$"transformer.blocks.{block}.ffn_layer.last_linear.weight"], 0.02 / divisor);
        }

        AssertUniform(weights["head.2.weight"], 1 / Math.Sqrt(192));
        AssertUniform(weights["head.2.bias"], 1 / Math.Sqrt(192));
        Assert.All(weights["head.1.weight"].ToArray(), value => Assert.Equal(1, value));
        Assert.All(weights["head.1.bias"].ToArray(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void Initialize_VitTokenizer_HasTheReferencesMoments()
    {
        WeightSet weights = WeightSpec.Initialize(BackboneLayout.Backbone(Wide with { Tokenizer = TokenizerKind.Vit }), seed: 1);
        AssertNormal(weights["tokenizer.proj.weight"], Math.Sqrt(2.0 / (3 * 256)));
        AssertUniform(weights["tokenizer.proj.bias"], 1 / Math.Sqrt(3 * 256));
    }

    [Fact]
    public void TruncatedNormal_TightCut_StaysInsideWithTheTruncatedDeviation()
    {
        float[] values = new float[100_000];
        WeightFills.TruncatedNormal(standardDeviation: 1, cut: 1)(new Scott.Models.Foundation.DeterministicRandom(1, "cut"), values);
        Assert.All(values, value => Assert.InRange(value, -1, 1));
        Assert.Equal(0.5396, Math.Sqrt(values.Average(value => (double)value * value)), 0.01); // a unit normal's deviation within ±1
    }

    [Fact]
    public void Initialize_Seed_DecidesTheBytes()
    {
        IReadOnlyList<WeightSpec> layout = BackboneLayout.Backbone(Architectures.Tiny);
        byte[] first = WeightSpec.Initialize(layout, seed: 7)["tokenizer.tokenizer.0.weight"].Data.ToArray();
        Assert.Equal(first, WeightSpec.Initialize(layout, seed: 7)["tokenizer.tokenizer.0.weight"].Data.ToArray());
        Assert.NotEqual(first, WeightSpec.Initialize(layout, seed: 8)["tokenizer.tokenizer.0.weight"].Data.ToArray());
    }

    /// <summary>Mean, deviation and kurtosis within five standard errors of a normal's.</summary>
    private static void AssertNormal(WeightTensor tensor, double deviation)
    {
        double[] scaled = [.. tensor.ToArray().Select(value => value / deviation)];
        double error = 5 / Math.Sqrt(scaled.Length);
        Assert.InRange(scaled.Average(), -error, error);
        Assert.InRange(scaled.Average(value => value * value), 1 - (error * Math.Sqrt(2)), 1 + (error * Math.Sqrt(2)));
        Assert.InRange(scaled.Average(value => Math.Pow(value, 4)), 3 - (error * Math.Sqrt(96)), 3 + (error * Math.Sqrt(96)));
    }

    private static void AssertUniform(WeightTensor tensor, double bound)
    {
        double[] scaled = [.. tensor.ToArray().Select(value => value / bound)];
        double error = 5 / Math.Sqrt(scaled.Length);
        Assert.All(scaled, value => Assert.InRange(value, -1, 1));
        Assert.InRange(scaled.Average(), -error, error);
        Assert.InRange(scaled.Average(value => value * value), (1.0 / 3) - error, (1.0 / 3) + error);
    }
}
