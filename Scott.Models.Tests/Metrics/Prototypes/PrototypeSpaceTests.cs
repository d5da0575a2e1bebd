using Scott.Models.Foundation;
using Scott.Models.Metrics;

namespace Scott.Models.Tests.Metrics.Prototypes;

public sealed class PrototypeSpaceTests
{
    /// <remarks>
    /// By hand: the center is (1/2, 1/2). Only the covariance of all examples exists: [1/2, −1/2; −1/2, 1/2], with a shrinkage of 2 / (2 + 4) toward
    /// half the identity: [1/2, −1/3; −1/3, 1/2], with the eigenvalues 5/6 along (1, −1) and 1/6 along (1, 1).
    /// </remarks>
    [Fact]
    public void Compare_TwoExamplesInThePlane_GivesTheNumbersComputedByHand()
    {
        var space = new PrototypeSpace(new LabeledFeatures([1, 0, 0, 2], [0, 1]), 2);
        double[] cosines = new double[2];
        Assert.Equal(0, space.Compare([4, 0], cosines), 6);
        Assert.Equal([1, -1], cosines, (a, b) => Math.Abs(a - b) < 1e-6);
        space.Compare([1, 1], cosines);
        Assert.Equal([0, 0], cosines, (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal(0.291588, space.Compare([3, 1], cosines), 5);
        Assert.Equal([0.729863, -0.729863], cosines, (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Theory]
    [InlineData(24, 4)]
    [InlineData(15, 20)]
    public void CompareLeftOut_AnyExample_IsCloseToLearningWithoutIt(int images, int width)
    {
        LabeledFeatures examples = Clusters.Draw(classes: 3, images, width, spread: 0.4, "left out");
        var space = new PrototypeSpace(examples, 3);
        double[] squares = space.MeanSquares();
        (double[] with, double[] leftOut, double[] without) = (new double[3], new double[3], new double[3]);
        double error = 0, effect = 0;
        for (int image = 0; image < examples.Labels.Count; image++)
        {
            float[] vector = examples.Vectors[(image * width)..((image + 1) * width)];
            var others = new PrototypeSpace(examples.Take([.. Enumerable.Range(0, examples.Labels.Count).Where(other => other != image)]), 3);
            double withDistance = space.Compare(vector, with);
            double leftOutDistance = space.CompareLeftOut(vector, examples.Labels[image], squares, leftOut);
            double withoutDistance = others.Compare(vector, without);
            error += Math.Abs(leftOutDistance - withoutDistance) + leftOut.Zip(without).Sum(pair => Math.Abs(pair.First - pair.Second));
            effect += Math.Abs(withDistance - withoutDistance) + with.Zip(without).Sum(pair => Math.Abs(pair.First - pair.Second));
        }

        Assert.InRange(error / effect, 0, 0.2);
    }

    /// <summary>The squares of its numbers are too small for single precision.</summary>
    [Fact]
    public void Compare_VectorShorterThanCanBeMeasured_IsAVectorOfZeros()
    {
        var space = new PrototypeSpace(new LabeledFeatures([1, 0, 0, 2], [0, 1]), 2);
        (double[] tiny, double[] zeros) = (new double[2], new double[2]);
        Assert.Equal(space.Compare([0, 0], zeros), space.Compare([1e-19f, 0], tiny));
        Assert.Equal(zeros, tiny);
    }

    [Fact]
    public void Compare_EqualExamples_IsFinite()
    {
        var space = new PrototypeSpace(new LabeledFeatures([1, 2, 1, 2, 1, 2, 1, 2], [0, 0, 1, 1]), 2);
        double[] cosines = new double[2];
        Assert.InRange(space.Compare([1, 2], cosines), 0, 1e-9);
        Assert.Equal([0, 0], cosines);
        Assert.True(double.IsFinite(space.CompareLeftOut([1, 2], 0, space.MeanSquares(), cosines)));
    }
}

/// <summary>Vectors of classes that overlap.</summary>
internal static class Clusters
{
    /// <summary>The images of the classes in turn: each is the mean of its class, which depends on the width alone, plus noise.</summary>
    public static LabeledFeatures Draw(int classes, int images, int width, double spread, string stream)
    {
        var means = new DeterministicRandom(1, "means");
        double[] centers = [.. Enumerable.Range(0, classes * width).Select(_ => means.NextNormal())];
        var noise = new DeterministicRandom(2, stream);
        int[] labels = [.. Enumerable.Range(0, images).Select(image => image % classes)];
        double Draw(int label, int i) => centers[(label * width) + i] + (spread * noise.NextNormal());
        return new LabeledFeatures([.. labels.SelectMany(label => Enumerable.Range(0, width).Select(i => (float)Draw(label, i)))], labels);
    }

    public static PrototypeExample[] Examples(LabeledFeatures features, string prefix = "") => [.. features.Labels.Select((label, i) =>
        new PrototypeExample($"class {label}", $"{prefix}{i:0000}", features.Vectors.AsMemory(i * features.Width, features.Width)))];
}
