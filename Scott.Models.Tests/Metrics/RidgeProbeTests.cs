using Scott.Models.Metrics;
using Scott.Models.Training;
using TorchSharp;

namespace Scott.Models.Tests.Metrics;

[Collection(TorchTests.Name)]
public sealed class RidgeProbeTests
{
    [Fact]
    public void Accuracy_ClassesOnEitherSideOfAPlane_IsWhole()
    {
        LabeledFeatures training = Draw(200, seed: 1, flipped: 0);
        Assert.Equal(1, RidgeProbe.Accuracy(training, Draw(100, seed: 2, flipped: 0), classes: 2), 0.06);
        Assert.Equal(0.75, RidgeProbe.Accuracy(training, Draw(100, seed: 2, flipped: 25), classes: 2), 0.06);
    }

    [Fact]
    public void Accuracy_FeatureThatNeverChanges_DoesNoHarm()
    {
        LabeledFeatures Constant(LabeledFeatures features) => new(
            features.Vectors.Chunk(features.Width).SelectMany(row => row.Append(7)).ToArray(), features.Labels);
        Assert.Equal(1, RidgeProbe.Accuracy(Constant(Draw(200, 1, 0)), Constant(Draw(100, 2, 0)), classes: 2), 0.06);
    }

    [Fact]
    public void Accuracy_Repeated_LeavesNoTensorBehind()
    {
        LabeledFeatures features = Draw(20, 1, 0);
        long before = torch.Tensor.TotalCount;
        RidgeProbe.Accuracy(features, features, classes: 2);
        Assert.Equal(before, torch.Tensor.TotalCount);
    }

    /// <summary>Random vectors whose class is the sign of their first two numbers' sum, but for the first few, whose class is the other.</summary>
    private static LabeledFeatures Draw(int count, int seed, int flipped)
    {
        var random = new Random(seed);
        float[] values = [.. Enumerable.Range(0, count * 6).Select(_ => (float)((random.NextDouble() * 2) - 1))];
        int[] labels = [.. Enumerable.Range(0, count).Select(i => (values[i * 6] + values[(i * 6) + 1] > 0) != (i < flipped) ? 1 : 0)];
        return new LabeledFeatures(values, labels);
    }
}
