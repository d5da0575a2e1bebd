using Scott.Models.Foundation;
using Scott.Models.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Tests.Training;

[Collection(TorchTests.Name)]
public sealed class ImageMixTests
{
    private const int Side = 8;

    [Fact]
    public void Apply_NoAlpha_LeavesAllAsItIs()
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor images, Tensor labels) = Batch();
        (Tensor mixed, Tensor mixedLabels) = new ImageMix(0, 0).Apply(images, labels, Random(0));
        Assert.Same(images, mixed);
        Assert.Same(labels, mixedLabels);
    }

    [Theory]
    [InlineData(0.5, 0, Side)]
    [InlineData(0, 1, Side)]
    [InlineData(0.3, 0.8, Side)]
    [InlineData(0, 1, Side / 2)]
    [InlineData(0, 1, 2 * Side)]
    public void Apply_ConstantImages_MixesThemAsTheirLabels(double mixup, double cutmix, int height)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor images, Tensor labels) = Batch(height);
        bool isMixed = false;
        for (int draw = 0; draw < 20; draw++)
        {
            // Image i is i everywhere: its mean tells how much of which image is in it.
            (Tensor mixed, Tensor mixedLabels) = new ImageMix(mixup, cutmix).Apply(images, labels, Random(draw));
            float[] means = mixed.mean([1L, 2, 3]).data<float>().ToArray();
            float[] expected = mixedLabels.matmul(arange(4, dtype: ScalarType.Float32)).data<float>().ToArray();
            Assert.All(means.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-4f));
            Assert.All(mixedLabels.sum(1).data<float>().ToArray(), sum => Assert.Equal(1, sum, 1e-5f));
            isMixed |= Math.Abs(means[0]) > 0.1;
        }

        Assert.True(isMixed);
        Assert.Equal([0f, 1, 2, 3], images.mean([1L, 2, 3]).data<float>().ToArray());
    }

    [Theory]
    [InlineData(0.2)]
    [InlineData(1)]
    public void DrawBeta_ManyDraws_HasTheDistributionsMoments(double alpha)
    {
        DeterministicRandom random = Random(7);
        double[] draws = [.. Enumerable.Range(0, 20_000).Select(_ => ImageMix.DrawBeta(alpha, random))];
        double mean = draws.Average();
        Assert.All(draws, draw => Assert.InRange(draw, 0, 1));
        Assert.Equal(0.5, mean, 0.01);
        Assert.Equal(1 / (4 * ((2 * alpha) + 1)), draws.Average(draw => (draw - mean) * (draw - mean)), 0.005);
    }

    /// <summary>It drew again and again, because both powers are 0 in nearly every draw. The limit of the distribution is 0 or 1, each half the
    /// time.</summary>
    [Theory]
    [InlineData(1e-3)]
    [InlineData(1e-15)]
    [InlineData(1e-310)]
    public void DrawBeta_TinyAlpha_IsNearlyZeroOrOne(double alpha)
    {
        DeterministicRandom random = Random(7);
        double[] draws = [.. Enumerable.Range(0, 2_000).Select(_ => ImageMix.DrawBeta(alpha, random))];
        Assert.All(draws, draw => Assert.InRange(draw, 0, 1));
        Assert.InRange(draws.Count(draw => draw is > 0.01 and < 0.99), 0, 40);
        Assert.InRange(draws.Average(), 0.45, 0.55);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.2)]
    [InlineData(0.8)]
    [InlineData(1)]
    public void DrawBeta_UsualAlpha_DrawsTheSameAsEver(double alpha)
    {
        (DeterministicRandom random, DeterministicRandom same) = (Random(7), Random(7));
        double DrawAsEver()
        {
            while (true)
            {
                double first = Math.Pow(same.NextDouble(), 1 / alpha);
                double second = Math.Pow(same.NextDouble(), 1 / alpha);
                if (first + second is > 0 and <= 1)
                    return first / (first + second);
            }
        }

        for (int draw = 0; draw < 1_000; draw++)
            Assert.Equal(DrawAsEver(), ImageMix.DrawBeta(alpha, random));
    }

    private static DeterministicRandom Random(int number) => new(3, $"mix/{number}");

    private static (Tensor Images, Tensor Labels) Batch(int height = Side) =>
        (arange(4, dtype: ScalarType.Float32).view(4, 1, 1, 1).expand(4, 3, height, Side).contiguous(), eye(4));
}
