using Scott.Models.Metrics;

namespace Scott.Models.Tests.Metrics;

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

    [Theory]
    [InlineData(0.01)]
    [InlineData(10)]
    public void Scores_AnyPenalty_SolveTheNormalEquations(double penalty)
    {
        // One standardized feature, ±1: the weight of class 1 is its covariance with the class over 1 plus the penalty.
        LabeledFeatures features = new([-1, -1, 1, 1], [0, 1, 1, 1]);
        double weight = 0.25 / (1 + penalty);
        double[] scores = new RidgeProbe(features, classes: 2).Scores(features, penalty);
        Assert.Equal([0.25 + weight, 0.75 - weight], scores[..2], (x, y) => Math.Abs(x - y) < 1e-5);
        Assert.Equal([0.25 - weight, 0.75 + weight], scores[^2..], (x, y) => Math.Abs(x - y) < 1e-5);
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(5, 9)]
    [InlineData(13, 40)]
    [InlineData(30, 12)]
    public void Scores_AnyShape_SolveTheNormalEquations(int width, int count)
    {
        const double Penalty = 0.1;
        var random = new Random(width);
        LabeledFeatures features = new(
            [.. Enumerable.Range(0, width * count).Select(_ => random.NextSingle())], [.. Enumerable.Range(0, count).Select(i => i % 3)]);
        double[][] columns = [.. Enumerable.Range(0, width).Select(
            i => Enumerable.Range(0, count).Select(row => (double)features.Vectors[(row * width) + i]).ToArray())];
        double[][] inputs = [.. columns.Select(Standardize)];
        double[] scores = new RidgeProbe(features, classes: 3).Scores(features, Penalty);
        for (int label = 0; label < 3; label++)
        {
            // What the scores miss, projected on each feature, is the penalty on its weight; in all, the scores are these weights times the features.
            double[] missed = [.. Enumerable.Range(0, count).Select(i => (features.Labels[i] == label ? 1 : 0) - scores[(i * 3) + label])];
            double[] weights = [.. inputs.Select(input => input.Zip(missed, (x, y) => x * y).Sum() / (Penalty * count))];
            for (int i = 0; i < count; i++)
            {
                double expected = features.Labels.Count(each => each == label) / (double)count;
                expected += inputs.Zip(weights, (input, weight) => input[i] * weight).Sum();
                Assert.Equal(expected, scores[(i * 3) + label], 1e-9);
            }
        }
    }

    [Fact]
    public void Scores_Canceled_End()
    {
        LabeledFeatures features = Draw(20, seed: 1, flipped: 0);
        var canceled = new CancellationToken(canceled: true);
        Assert.Throws<OperationCanceledException>(() => new RidgeProbe(features, 2, canceled));
        Assert.Throws<OperationCanceledException>(() => new RidgeProbe(features, 2).Scores(features, 0.1, canceled));
        Assert.Throws<OperationCanceledException>(() => RidgeProbe.Accuracy(features, features, 2, canceled));
    }

    /// <summary>Random vectors whose class is the sign of their first two numbers' sum, but for the first few, whose class is the other.</summary>
    private static LabeledFeatures Draw(int count, int seed, int flipped)
    {
        var random = new Random(seed);
        float[] values = [.. Enumerable.Range(0, count * 6).Select(_ => (float)((random.NextDouble() * 2) - 1))];
        int[] labels = [.. Enumerable.Range(0, count).Select(i => (values[i * 6] + values[(i * 6) + 1] > 0) != (i < flipped) ? 1 : 0)];
        return new LabeledFeatures(values, labels);
    }

    private static double[] Standardize(double[] column)
    {
        double mean = column.Average();
        double deviation = Math.Sqrt(column.Average(value => (value - mean) * (value - mean)));
        return [.. column.Select(value => (value - mean) / (deviation + 1e-6))];
    }
}
