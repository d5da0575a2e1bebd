using Scott.Models.Metrics;

namespace Scott.Models.Tests.Metrics;

public sealed class TemperatureScalingTests
{
    [Fact]
    public void Find_KnownOdds_GivesTheirTemperature()
    {
        // Three of four are class 0: its best probability is 3/4, and softmax gives that at a difference of ln 3.
        double[] scores = [1, 0, 1, 0, 1, 0, 1, 0];
        double temperature = TemperatureScaling.Find(scores, [0, 0, 0, 1], 2);
        Assert.Equal(1 / Math.Log(3), temperature, 4);
        Assert.Equal((float)(1 / temperature), TemperatureScaling.Apply(scores, temperature)[0]);
    }

    [Fact]
    public void Find_AnyScores_IsNoWorseThanOthers()
    {
        var random = new Random(3);
        int[] labels = [.. Enumerable.Range(0, 60).Select(_ => random.Next(3))];
        double[] scores = [.. Enumerable.Range(0, 180).Select(i => random.NextDouble() + (labels[i / 3] == i % 3 ? 0.4 : 0))];
        double best = TemperatureScaling.CrossEntropy(scores, labels, 3, TemperatureScaling.Find(scores, labels, 3));
        Assert.All(new[] { 0.01, 0.05, 0.1, 0.2, 0.5, 1, 3, 10 }, other => Assert.InRange(best, 0, TemperatureScaling.CrossEntropy(scores, labels, 3, other) + 1e-9));
    }

    [Fact]
    public void Find_AllRightOrAllWrong_StaysWithinItsLimits()
    {
        Assert.Equal(0.01, TemperatureScaling.Find([1, 0], [0], 2), 4);
        Assert.Equal(10, TemperatureScaling.Find([1, 0], [1], 2), 3);
    }
}
