using Scott.Models.Torch;
using Scott.Models.Training;

namespace Scott.Models.Tests.Training;

[Collection(TorchTests.Name)]
public sealed class TrainedWeightsTests
{
    private static readonly ScottModel Model = ScottModel.Create(Architectures.Tiny with { Depth = 3 }, seed: 3);

    [Theory]
    [InlineData(FineTuningScope.FrozenBackbone, 1, "head.")]
    [InlineData(FineTuningScope.LastBlocks, 1, "head.|backbone.transformer.blocks.2.")]
    [InlineData(FineTuningScope.LastBlocks, 9, "head.|backbone.transformer.blocks.")]
    [InlineData(FineTuningScope.Full, 1, "head.|backbone.")]
    public void Select_Scope_FreesThatAndFreezesTheRest(FineTuningScope scope, int lastBlocks, string prefixes)
    {
        using ClassifierNetwork network = Create();
        var options = new FineTuningOptions { Scope = scope, LastBlocks = lastBlocks };
        string[] selected = [.. TrainedWeights.Select(network, options).Select(entry => entry.Name)];
        string[] expected = [.. network.named_parameters().Select(entry => entry.name)
            .Where(name => prefixes.Split('|').Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)))];
        Assert.Equal(expected, selected);
        Assert.All(network.named_parameters(), entry => Assert.Equal(expected.Contains(entry.name), entry.parameter.requires_grad));
    }

    [Fact]
    public void Select_LowRankAdapters_FreesThemAndTheHead()
    {
        using ClassifierNetwork network = Create();
        LowRankAdapters.Attach(network.Backbone, rank: 2, alpha: 4, seed: 1);
        var options = new FineTuningOptions { Scope = FineTuningScope.LowRankAdapters };
        string[] selected = [.. TrainedWeights.Select(network, options).Select(entry => entry.Name)];
        bool IsExpected(string name) => name.StartsWith("head.", StringComparison.Ordinal) || name.Contains(".adapter_", StringComparison.Ordinal);
        Assert.All(selected, name => Assert.True(IsExpected(name), name));
        Assert.Equal(12, selected.Count(name => name.Contains(".adapter_", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("head.global_2_logits.weight", 1)]
    [InlineData("backbone.transformer.blocks.2.self_attn.qkv.weight", 1)]
    [InlineData("backbone.transformer.blocks.0.ffn_layer.w12.weight", 0.25)]
    [InlineData("backbone.tokenizer.tokenizer.0.weight", 0.125)]
    [InlineData("backbone.transformer.msk_embed", 0.125)]
    public void RateOf_LayerByLayer_FallsTowardsTheImages(string name, double expected) =>
        Assert.Equal(expected, TrainedWeights.RateOf(name, Model.Architecture, new FineTuningOptions { LayerDecay = 0.5 }), 1e-12);

    private static ClassifierNetwork Create() => new(
        Model, ClassifierHead.SimpleAttentive, classes: 2, seed: 1, TorchDevice.Cpu);
}
