using Scott.Models.Training;

namespace Scott.Models.Tests.Training;

public sealed class TimeBudgetTests
{
    [Theory]
    [InlineData(100, 360, 1000, 1000)] // 3.6 s a step: as planned
    [InlineData(100, 720, 1000, 500)] // twice as slow: half the steps
    [InlineData(100, 180, 1000, 2000)] // twice as fast
    [InlineData(100, 36, 1000, 5000)] // no more than the recipe asks for
    [InlineData(990, 3600, 1000, 990)] // time is up
    [InlineData(990, 4000, 1000, 990)]
    public void Correct_SpeedSoFar_FitsTheRest(long step, double seconds, long planned, long expected) =>
        Assert.Equal(expected, Correct(step, seconds, planned, maximumSteps: 5000));

    [Fact]
    public void Correct_SmallDeviation_LeavesThePlanAlone() =>
        Assert.Equal(1000, Correct(100, 361, 1000, maximumSteps: 5000));

    /// <summary>A changed recipe may allow fewer steps than were taken.</summary>
    [Fact]
    public void Correct_FewerStepsAllowedThanTaken_IsTheStepsTaken() =>
        Assert.Equal(100, Correct(100, 360, 1000, maximumSteps: 50));

    [Fact]
    public void Correct_TimeBeforeTheFirstStep_IsNotTakenForTheStepsSpeed()
    {
        // An hour, of which ten minutes went into reading images: then 3.6 s a step, not 63.6.
        Assert.Equal(843, TimeBudget.Correct(10, TimeSpan.FromSeconds(3600 - 600), TimeSpan.FromSeconds(3.6), 1000, maximumSteps: 5000));
    }

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
            total = TimeBudget.IsDue(step, total) ? Correct(step, seconds, total, maximumSteps: 100_000) : total;
        }

        Assert.InRange(seconds, 3500, 3700);
    }

    /// <summary>With an hour, of which all was spent on steps.</summary>
    private static long Correct(long step, double seconds, long planned, long maximumSteps) => TimeBudget.Correct(
        step, TimeSpan.FromHours(1) - TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(seconds) / step, planned, maximumSteps);
}
