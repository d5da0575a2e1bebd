using Scott.Models.Training;

namespace Scott.Models.Tests.Training;

public sealed class TrainingPlanTests
{
    private static readonly TrainingPlan Plan = new(new PretrainingOptions { Epochs = 10 }, stepsPerEpoch: 10);

    /// <summary>They were those of the schedules' end, which no step had used.</summary>
    [Fact]
    public void Change_ToEndAtTheSameStep_KeepsWhatTheStepUsed()
    {
        TrainingPlan ended = Plan.Change(40, 40);
        Assert.Equal(40, ended.TotalSteps);
        Assert.Equal(Plan.LearningRate(40), ended.LearningRate(40));
        Assert.Equal(Plan.WeightDecay(40), ended.WeightDecay(40));
        Assert.Equal(Plan.Momentum(40), ended.Momentum(40));
    }

    [Theory]
    [InlineData(60)]
    [InlineData(160)]
    public void Change_ToEndLater_SpreadsTheRestOfTheSchedules(long total)
    {
        TrainingPlan changed = Plan.Change(40, total);
        Assert.Equal(Plan.Momentum(40), changed.Momentum(40), 1e-12);
        Assert.Equal(Plan.Momentum(70), changed.Momentum((40 + total) / 2), 1e-12);
        Assert.Equal(Plan.LearningRate(100), changed.LearningRate(total), 1e-12);
        Assert.Equal(Plan.Momentum(100), Plan.Change(40, 40).Change(40, total).Momentum(total), 1e-12);
    }
}
