using Scott.Models.Tests.Parity;
using Scott.Models.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Tests.Torch;

[Collection(TorchTests.Name)]
public sealed class LayerTests
{
    [Fact]
    public void DropPath_Training_DropsWholeSamplesAndScalesTheOthers()
    {
        using var dropPath = new DropPath(0.25);
        using DisposeScope scope = NewDisposeScope();
        manual_seed(1);
        float[] output = Closeness.Values(dropPath.call(ones(4000, 2, 3)));
        float[][] samples = [.. output.Chunk(6)];
        Assert.All(samples, sample => Assert.Single(sample.Distinct()));
        Assert.All(samples, sample => Assert.True(sample[0] == 0 || Math.Abs(sample[0] - (1 / 0.75f)) < 1e-6));
        Assert.InRange(samples.Count(sample => sample[0] == 0), 850, 1150);
    }

    [Fact]
    public void DropPath_Evaluation_ChangesNothingAndIsNotTheInput()
    {
        using var dropPath = new DropPath(0.25);
        dropPath.eval();
        using DisposeScope scope = NewDisposeScope();
        Tensor input = ones(2, 2, 3);
        using (Tensor output = dropPath.call(input))
            Assert.Equal(0, Closeness.Largest(input, output));

        Assert.False(input.IsInvalid);
    }

    [Fact]
    public void ReluMaxBlurPool_SingleSpike_SpreadsByTheKernel()
    {
        using var pool = new ReluMaxBlurPool();
        using DisposeScope scope = NewDisposeScope();
        Tensor input = zeros(1, 1, 4, 4);
        input[0, 0, 1, 1] = 16f;

        // The 2×2 maximum spreads the spike to positions (0..1, 0..1) of the 3×3 map; the blur then weighs them by [1 2 1]⊗[1 2 1].
        Assert.Equal([9f, 3f, 3f, 1f], Closeness.Values(pool.call(input)));
        Assert.Empty(pool.state_dict());

        // It once kept a kernel that did not follow the module to another type or device.
        pool.to(ScalarType.Float64);
        Assert.Equal([9f, 3f, 3f, 1f], Closeness.Values(pool.call(input.to_type(ScalarType.Float64))));
    }

    [Fact]
    public void SelfAttention_Maps_AreDistributionsAndAgreeWithTheFusedPath()
    {
        using var attention = new SelfAttention(24, 3, attentionDropoutRate: 0.5, dropoutRate: 0.5);
        ModuleWeights.Load(attention, WeightSpec.Initialize(
            [new WeightSpec("qkv.weight", [72, 24], WeightFills.Uniform(4)), new WeightSpec("proj.weight", [24, 24], WeightFills.Uniform(4))],
            seed: 1));
        attention.eval();
        using DisposeScope scope = NewDisposeScope();
        Tensor input = randn(2, 7, 24);
        (Tensor output, Tensor maps) = attention.ForwardWithAttention(input);
        Assert.InRange(Closeness.Largest(attention.call(input), output), 0, 1e-5);
        Assert.Equal([2, 3, 7, 7], maps.shape);
        Assert.InRange(Closeness.Largest(maps.sum(-1), ones(2, 3, 7)), 0, 1e-5);
    }

    [Fact]
    public void FeatureNorm_Tokens_HaveMeanZeroAndVarianceOne()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor output = FeatureNorm.Apply((randn(2, 5, 64) * 7) + 3);
        Assert.InRange(Closeness.Largest(output.mean([-1]), zeros(2, 5)), 0, 1e-5);
        Assert.InRange(Closeness.Largest(output.pow(2).mean([-1]), ones(2, 5)), 0, 1e-3);
    }
}
