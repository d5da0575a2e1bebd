using Scott.Models.Training;

namespace Scott.Models.Tests.Training;

public sealed class TimeBudgetTests
{
    private static readonly TimeBudget Hour = new(TimeSpan.FromHours(1));

    [Theory]
    [InlineData(100, 360, 1000, 1000)] // 3.6 s a step: as planned
    [InlineData(100, 720, 1000, 500)] // twice as slow: half the steps
    [InlineData(100, 180, 1000, 2000)] // twice as fast
    [InlineData(100, 36, 1000, 5000)] // no more than the recipe asks for
    [InlineData(990, 3600, 1000, 990)] // time is up
    [InlineData(990, 4000, 1000, 990)]
    public void Correct_SpeedSoFar_FitsTheRest(long step, double seconds, long planned, long expected) =>
        Assert.Equal(expected, Hour.Correct(step, TimeSpan.FromSeconds(seconds), planned, maximumSteps: 5000));

    [Fact]
    public void Correct_SmallDeviation_LeavesThePlanAlone() =>
        Assert.Equal(1000, Hour.Correct(100, TimeSpan.FromSeconds(361), 1000, maximumSteps: 5000));

    [Fact]
    public void Correct_SpeedThatChangesOnTheWay_EndsInTime()
    {
        long total = 3000;
        long step = 0;
        double seconds = 0;
        while (step < total)
        {
            step++;
            seconds += seconds < 1800 ? 1 : 2.5; // something else begins to compute in the middle
            total = TimeBudget.IsDue(step, total) ? Hour.Correct(step, TimeSpan.FromSeconds(seconds), total, maximumSteps: 100_000) : total;
        }

        Assert.InRange(seconds, 3500, 3700);
    }
}
