using Scott.Models.Metrics;

namespace Scott.Models.Tests.Metrics;

public sealed class NearestNeighborsTests
{
    private static readonly LabeledFeatures Training = new([1, 0, 0.9f, 0.1f, 0, 1, 0.1f, 0.9f, 0.2f, 0.8f], [0, 0, 1, 1, 1]);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(50)]
    public void Accuracy_SeparateClasses_IsWhole(int neighbors) =>
        Assert.Equal(1, NearestNeighbors.Accuracy(Training, new([5, 0.1f, 0.1f, 2], [0, 1]), 2, neighbors));

    [Fact]
    public void Accuracy_WrongLabels_CountsWhatIsRight() =>
        Assert.Equal(1.0 / 3, NearestNeighbors.Accuracy(Training, new([1, 0, 1, 0, 0, 1], [0, 1, 0]), 2, 1), 9);

    [Fact]
    public void Accuracy_CloserVotes_WeighMore()
    {
        // One of class 0 right here against two of class 1 far off.
        LabeledFeatures training = new([1, 0, 0, 1, -1, 0.2f], [0, 1, 1]);
        Assert.Equal(1, NearestNeighbors.Accuracy(training, new([1, 0.01f], [0]), 2, 3));
    }

    /// <summary>Features of a run that diverges must not end its evaluation: the loss of the next step names the fault.</summary>
    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Accuracy_FeaturesThatAreNotFinite_GiveAFigure(float wrong)
    {
        Assert.InRange(NearestNeighbors.Accuracy(Training, new([wrong, 1, 1, 0], [0, 0]), 2, 3), 0, 1);
        Assert.InRange(NearestNeighbors.Accuracy(new([wrong, 1, 1, 0], [0, 1]), Training, 2, 3), 0, 1);
    }

    [Fact]
    public void Accuracy_NothingToCompare_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => NearestNeighbors.Accuracy(Training, new([1, 0], [0]), 2, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => NearestNeighbors.Accuracy(Training with { Labels = [] }, new([1, 0], [0]), 2, 1));
    }

    [Fact]
    public void Accuracy_Canceled_Ends()
    {
        var canceled = new CancellationToken(canceled: true);
        Assert.Throws<OperationCanceledException>(() => NearestNeighbors.Accuracy(Training, Training, 2, 3, canceled));
        Assert.Throws<OperationCanceledException>(() => NearestNeighbors.Probabilities(Training, Training, 2, 3, 0.1, canceled));
    }

    [Fact]
    public void Probabilities_KnownCosines_AreTheSharesByHand()
    {
        // Cosines 1, 0.6 and 0 with the query; the two nearest vote.
        var training = new LabeledFeatures([2, 0, 3, 4, 0, 1], [2, 0, 1]);
        float[] votes = NearestNeighbors.Probabilities(training, new LabeledFeatures([7, 0], [0]), 4, neighbors: 2, temperature: 0.5);
        double second = Math.Exp(-0.4 / 0.5);
        Assert.Equal([(float)(second / (1 + second)), 0, (float)(1 / (1 + second)), 0], votes, (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Theory]
    [InlineData(1e-6, 1, 0)]
    [InlineData(double.PositiveInfinity, 1 / 3f, 2 / 3f)]
    public void Probabilities_ExtremeTemperature_IsTheNearestAloneOrACount(double temperature, float first, float second)
    {
        var training = new LabeledFeatures([1, 0, 0, 1, -1, 0.2f], [0, 1, 1]);
        float[] votes = NearestNeighbors.Probabilities(training, new LabeledFeatures([1, 0.01f], [0]), 2, neighbors: 50, temperature);
        Assert.Equal([first, second], votes, (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void Probabilities_UsualTemperature_GiveTheAccuracy()
    {
        var random = new Random(8);
        LabeledFeatures Draw(int count) => new(
            [.. Enumerable.Range(0, count * 5).Select(_ => (float)(random.NextDouble() - 0.3))],
            [.. Enumerable.Range(0, count).Select(_ => random.Next(3))]);
        (LabeledFeatures training, LabeledFeatures queries) = (Draw(60), Draw(90));
        float[] votes = NearestNeighbors.Probabilities(training, queries, 3, 10, NearestNeighbors.Temperature);
        Assert.Equal(
            NearestNeighbors.Accuracy(training, queries, 3, 10),
            ClassificationMetrics.FromProbabilities(votes, queries.Labels, ["a", "b", "c"]).Top1,
            12);
    }
}
