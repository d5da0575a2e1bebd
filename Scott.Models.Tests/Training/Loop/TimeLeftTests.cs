using Scott.Models.Training;

namespace Scott.Models.Tests.Training;

public sealed class TimeLeftTests
{
    [Theory]
    [InlineData(1, 9 * 20)] // The first epoch alone: 120 seconds, of which 100 are before the first step.
    [InlineData(2, 8 * 10)] // The second alone.
    [InlineData(3, 7 * 10)]
    [InlineData(10, 0)]
    public void Estimate_AnyNumberOfEpochs_LeavesOutThePreparation(int epochs, double seconds) => Assert.Equal(
        seconds,
        TimeLeft.Estimate([.. Enumerable.Range(1, epochs).Select(epoch => (epoch * 100L, 110.0 + (epoch * 10)))], 1000, preparation: 100),
        1e-9);

    [Fact]
    public void Estimate_EvaluationInEverySecondEpoch_IsTheMean() =>
        Assert.Equal(5 * 25, TimeLeft.Estimate([(100, 10), (200, 50), (300, 60), (400, 100), (500, 110)], 1000, preparation: 0), 1e-9);

    [Fact]
    public void Estimate_AfterSleep_IsAsBefore() =>
        Assert.Equal(4 * 10, TimeLeft.Estimate([(100, 10), (200, 20), (300, 30), (400, 40), (500, 50), (600, 50_000)], 1000, 0), 1e-9);

    [Fact]
    public void Estimate_OnASlowerMachine_FollowsAfterTwentyEpochs()
    {
        (long Steps, double Seconds)[] epochs =
            [.. Enumerable.Range(1, 26).Select(epoch => (epoch * 100L, epoch <= 6 ? epoch * 10.0 : 60.0 + ((epoch - 6) * 60)))];
        Assert.Equal(74 * 60, TimeLeft.Estimate(epochs, 10_000, 0), 1e-9);
    }
}
