using Scott.Models.Metrics;
using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Tests.Metrics;

[Collection(TorchTests.Name)]
public sealed class FeatureHealthTests
{
    [Fact]
    public void Measure_EqualVectors_IsCollapse()
    {
        FeatureHealth health = FeatureHealth.Measure([.. Enumerable.Range(0, 20).SelectMany(_ => Enumerable.Range(1, 8).Select(i => (float)i))], 8);
        Assert.Equal(0, health.StandardDeviation, 1e-6);
        Assert.Equal(1, health.EffectiveRank, 1e-3);
        Assert.Equal(1, health.MeanCosine, 1e-6);
    }

    [Fact]
    public void Measure_OrthogonalVectors_HasFullRank()
    {
        FeatureHealth health = FeatureHealth.Measure([.. Identity(16).Select(value => value * 3)], 16);
        Assert.Equal(16, health.EffectiveRank, 1e-3);
        Assert.Equal(0, health.MeanCosine, 1e-9);

        // Each dimension is 4 for one image of 16 and 0 for the others: a variance of 1 − 1/16.
        Assert.Equal(Math.Sqrt(15.0 / 16), health.StandardDeviation, 1e-6);
    }

    [Fact]
    public void Measure_ThreeDirections_HasRankThree()
    {
        float[] features = new float[30 * 10];
        for (int i = 0; i < 30; i++)
            features[(i * 10) + (i % 3)] = 1 + (i % 2);

        Assert.Equal(3, FeatureHealth.Measure(features, 10).EffectiveRank, 0.02);
    }

    [Fact]
    public void Measure_SmallDifferencesAroundOnePoint_AreCountedByTheCenteredRankAlone()
    {
        IEnumerable<float> differences = Identity(8).Concat(Identity(8).Select(value => -value)).Select(value => value * 1e-3f);
        FeatureHealth health = FeatureHealth.Measure([.. differences.Select(difference => difference + 1)], 8);
        Assert.Equal(1, health.EffectiveRank, 0.1);
        Assert.Equal(8, health.CenteredRank, 1e-2);
    }

    [Fact]
    public void Measure_OneImage_SaysNothing()
    {
        Assert.Equal(new FeatureHealth(0, 1, 1, 1), FeatureHealth.Measure([1, -2, 0.5f, 3], 4));
        Assert.Equal(new FeatureHealth(0, 1, 1, 1), FeatureHealth.Measure(new float[4], 4));
        Assert.Throws<ArgumentException>(() => FeatureHealth.Measure([], 4));
    }

    [Fact]
    public void Measure_Canceled_Ends()
    {
        var canceled = new CancellationToken(canceled: true);
        Assert.Throws<OperationCanceledException>(() => FeatureHealth.Measure(Identity(4), 4, canceled));
        Assert.Throws<OperationCanceledException>(() => new FeatureColumns(Identity(4), 4).Products(canceled));
        Assert.Throws<OperationCanceledException>(() => SymmetricMatrix.Eigenvalues(new double[16], 4, canceled));
        Assert.Throws<OperationCanceledException>(() => SymmetricMatrix.Factor(new double[16], 4, canceled));
    }

    /// <summary>
    /// Against libtorch, whose singular values are those of LAPACK: more images than dimensions, fewer, and features near collapse.
    /// </summary>
    [Theory]
    [InlineData(40, 12, 0)]
    [InlineData(12, 40, 0)]
    [InlineData(65, 33, 5)]
    [InlineData(33, 65, 100)]
    public void Measure_AnyShape_IsWhatLibtorchFinds(int count, int width, double offset)
    {
        using DisposeScope scope = NewDisposeScope();
        var random = new Random(count);
        float[] features = [.. Enumerable.Range(0, count * width).Select(
            i => (float)(offset + ((random.NextDouble() - 0.5) * Math.Exp(-0.1 * (i % width)))))];
        FeatureHealth health = FeatureHealth.Measure(features, width);
        Tensor values = tensor(features, count, width).to_type(ScalarType.Float64);
        Tensor unit = values / values.norm(1, keepdim: true, p: 2);
        Tensor cosines = unit.matmul(unit.t());
        Assert.Equal((unit * Math.Sqrt(width)).std(0, unbiased: false).mean().item<double>(), health.StandardDeviation, 1e-9);
        Assert.Equal((cosines.sum() - cosines.trace()).item<double>() / (count * (count - 1)), health.MeanCosine, 1e-9);
        Assert.Equal(Rank(values), health.EffectiveRank, 1e-5);
        Assert.Equal(Rank(values - values.mean([0L], keepdim: true)), health.CenteredRank, 1e-4);
    }

    private static double Rank(Tensor values)
    {
        Tensor share = linalg.svdvals(values);
        share = (share / share.sum()) + 1e-7;
        return Math.Exp(-(share * share.log()).sum().item<double>());
    }

    private static float[] Identity(int size) => [.. Enumerable.Range(0, size * size).Select(i => i % (size + 1) == 0 ? 1f : 0)];
}
