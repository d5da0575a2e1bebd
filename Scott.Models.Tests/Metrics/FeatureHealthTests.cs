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
        using DisposeScope scope = NewDisposeScope();
        FeatureHealth health = FeatureHealth.Measure(arange(1, 9, dtype: ScalarType.Float32).repeat(20, 1));
        Assert.Equal(0, health.StandardDeviation, 1e-6);
        Assert.Equal(1, health.EffectiveRank, 1e-3);
        Assert.Equal(1, health.MeanCosine, 1e-6);
    }

    [Fact]
    public void Measure_OrthogonalVectors_HasFullRank()
    {
        using DisposeScope scope = NewDisposeScope();
        FeatureHealth health = FeatureHealth.Measure(eye(16) * 3);
        Assert.Equal(16, health.EffectiveRank, 1e-3);
        Assert.Equal(0, health.MeanCosine, 1e-9);

        // Each dimension is 4 for one image of 16 and 0 for the others: a variance of 1 − 1/16.
        Assert.Equal(Math.Sqrt(15.0 / 16), health.StandardDeviation, 1e-6);
    }

    [Fact]
    public void Measure_ThreeDirections_HasRankThree()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor features = zeros(30, 10);
        for (int i = 0; i < 30; i++)
        {
            features[i, i % 3] = 1 + (i % 2);
        }

        Assert.Equal(3, FeatureHealth.Measure(features).EffectiveRank, 0.02);
    }

    [Fact]
    public void Measure_SmallDifferencesAroundOnePoint_AreCountedByTheCenteredRankAlone()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor differences = cat([eye(8), -eye(8)]) * 1e-3;
        FeatureHealth health = FeatureHealth.Measure(differences + ones(1, 8));
        Assert.Equal(1, health.EffectiveRank, 0.1);
        Assert.Equal(8, health.CenteredRank, 1e-2);
    }

    [Fact]
    public void Measure_OneImage_SaysNothing()
    {
        using DisposeScope scope = NewDisposeScope();
        Assert.Equal(new FeatureHealth(0, 1, 1, 1), FeatureHealth.Measure(randn(1, 4)));
        Assert.Equal(new FeatureHealth(0, 1, 1, 1), FeatureHealth.Measure(zeros(1, 4)));
        Assert.Throws<ArgumentException>(() => FeatureHealth.Measure(zeros(0, 4)));
    }

    [Fact]
    public void Measure_Repeated_LeavesNoTensorBehind()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor features = randn(12, 6);
        long before = Tensor.TotalCount;
        _ = FeatureHealth.Measure(features);
        Assert.Equal(before, Tensor.TotalCount);
    }
}
