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
    public void Estimate_EpochsOfDifferentLength_TakesTheMedian() =>
        Assert.Equal(6 * 15, TimeLeft.Estimate([(100, 50), (200, 60), (300, 80), (400, 95)], 1000, preparation: 0), 1e-9);

    [Fact]
    public void Estimate_AfterSleep_IsAsBefore() =>
        Assert.Equal(4 * 10, TimeLeft.Estimate([(100, 10), (200, 20), (300, 30), (400, 40), (500, 50), (600, 50_000)], 1000, 0), 1e-9);

    [Fact]
    public void Estimate_OnASlowerMachine_FollowsAfterThreeEpochs() =>
        Assert.Equal(3 * 60, TimeLeft.Estimate([(100, 10), (200, 20), (300, 30), (400, 40), (500, 100), (600, 160), (700, 220)], 1000, 0), 1e-9);
}
