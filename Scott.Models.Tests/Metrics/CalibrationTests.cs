using Scott.Models.Metrics;

namespace Scott.Models.Tests.Metrics;

public sealed class CalibrationTests
{
    [Fact]
    public void ExpectedError_SureAndRight_IsZero() => Assert.Equal(0, Calibration.ExpectedError([1, 1, 1], [true, true, true], 15));

    [Fact]
    public void ExpectedError_SureAndWrong_IsOne() => Assert.Equal(1, Calibration.ExpectedError([1, 1], [false, false], 15));

    [Fact]
    public void ExpectedError_AsOftenRightAsSure_IsZero() =>
        Assert.Equal(0, Calibration.ExpectedError([0.75f, 0.75f, 0.75f, 0.75f], [true, true, false, true], 15), 6);

    [Fact]
    public void ExpectedError_TwoBins_WeighsThemByImages()
    {
        // Up to one half: two images, confidence 0.4, accuracy 0.5. Above: one, confidence 0.9, accuracy 0.
        Assert.Equal(((2 * 0.1) + 0.9) / 3, Calibration.ExpectedError([0.3f, 0.5f, 0.9f], [true, false, false], 2), 6);
    }

    [Fact]
    public void ExpectedError_BinsEdge_BelongsToTheBinBelow()
    {
        // Together they would cancel out; one half is in the lower bin, so they do not.
        Assert.Equal(0.5, Calibration.ExpectedError([0.5f, 0.5001f], [true, false], 2), 3);
        Assert.Equal(0, Calibration.ExpectedError([0.5f, 0.4999f], [true, false], 2), 3);
    }

    [Fact]
    public void FindTemperature_KnownOdds_GivesTheirTemperature()
    {
        // Three of four are class 0: its best probability is 3/4, and softmax gives that at a difference of ln 3.
        double[] scores = [1, 0, 1, 0, 1, 0, 1, 0];
        double temperature = Calibration.FindTemperature(scores, [0, 0, 0, 1], 2);
        Assert.Equal(1 / Math.Log(3), temperature, 4);
        Assert.Equal((float)(1 / temperature), Calibration.ApplyTemperature(scores, temperature)[0]);
    }

    [Fact]
    public void FindTemperature_AnyScores_IsNoWorseThanOthers()
    {
        var random = new Random(3);
        int[] labels = [.. Enumerable.Range(0, 60).Select(_ => random.Next(3))];
        double[] scores = [.. Enumerable.Range(0, 180).Select(i => random.NextDouble() + (labels[i / 3] == i % 3 ? 0.4 : 0))];
        double best = Calibration.CrossEntropy(scores, labels, 3, Calibration.FindTemperature(scores, labels, 3));
        Assert.All(
            new[] { 0.01, 0.05, 0.1, 0.2, 0.5, 1, 3, 10 },
            other => Assert.InRange(best, 0, Calibration.CrossEntropy(scores, labels, 3, other) + 1e-9));
    }

    [Fact]
    public void FindTemperature_AllRightOrAllWrong_StaysWithinItsLimits()
    {
        Assert.Equal(0.01, Calibration.FindTemperature([1, 0], [0], 2), 4);
        Assert.Equal(10, Calibration.FindTemperature([1, 0], [1], 2), 3);
    }
}
