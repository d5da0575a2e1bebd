using Scott.Models.Torch;
using Scott.Models.Training;

namespace Scott.Models.Tests.Training;

public sealed class FineTuningOptionsTests
{
    [Fact]
    public void Defaults_AreTheDocumentedOnes()
    {
        var options = new FineTuningOptions();
        options.Validate();
        Assert.Equal(
            (FineTuningScope.Full, ClassifierHead.SimpleAttentive, 2, 8, 16.0, 30, 32, 1),
            (options.Scope, options.Head, options.LastBlocks, options.AdapterRank, options.AdapterAlpha,
                options.Epochs, options.BatchSize, options.AccumulatedBatches));
        Assert.Equal(
            (0.15, 0.1, (double?)null, 1e-6, 0.75, 0.05, 0.1, 0.0, 0.0),
            (options.ValidationRatio, options.WarmupRatio, options.PeakLearningRate, options.FinalLearningRate, options.LayerDecay,
                options.WeightDecay, options.LabelSmoothing, options.MixupAlpha, options.CutmixAlpha));
        Assert.Equal(
            (ClassBalance.None, ValidationFigure.Top1, TrainingPrecision.Auto, 47L, null, null, null),
            (options.ClassBalance, options.Watched, options.Precision, options.Seed,
                options.TimeBudget, options.Patience, options.MaximumGradientNorm));
    }

    [Theory]
    [InlineData(FineTuningScope.FrozenBackbone, null, 5e-3)]
    [InlineData(FineTuningScope.Full, null, 5e-4)]
    [InlineData(FineTuningScope.LastBlocks, null, 5e-4)]
    [InlineData(FineTuningScope.LowRankAdapters, null, 5e-4)]
    [InlineData(FineTuningScope.FrozenBackbone, 1e-3, 1e-3)]
    public void PeakLearningRate_OfEachScope_IsTheDocumentedOne(FineTuningScope scope, double? chosen, double expected) =>
        Assert.Equal(expected, new FineTuningOptions { Scope = scope, PeakLearningRate = chosen }.ScheduleOver(10).LearningRate.Peak);

    [Fact]
    public void Validate_ManyFaults_ListsAll()
    {
        var options = new FineTuningOptions
        {
            Scope = (FineTuningScope)9,
            Epochs = 0,
            LabelSmoothing = 1,
            MixupAlpha = 2,
            ValidationRatio = 0,
            LayerDecay = 0,
            PeakLearningRate = double.NaN,
        };
        ScottConfigurationException error = Assert.Throws<ScottConfigurationException>(options.Validate);
        Assert.Equal(
            [
                "Epochs is 0; expected 1 to 1000000.",
                "Scope is 9; expected FrozenBackbone, LastBlocks, LowRankAdapters or Full.",
                "MixupAlpha is 2; expected 0 to 1.",
                "LabelSmoothing is 1; expected at least 0 and less than 1.",
                "ValidationRatio is 0; expected over 0 and under 1.",
                "LayerDecay is 0; expected over 0 and at most 1.",
                "PeakLearningRate is NaN; expected more than 0.",
            ],
            error.Faults);
    }

    [Fact]
    public void ToSchedules_LaidOut_RisesFallsAndDecaysEvenly()
    {
        var plan = new TrainingPlan(new FineTuningOptions { Epochs = 10, WarmupRatio = 0.2 }, stepsPerEpoch: 10);
        Assert.Equal(100, plan.TotalSteps);
        Assert.True(plan.LearningRate(1) < plan.LearningRate(10));
        Assert.Equal(5e-4, plan.LearningRate(20), 1e-9);
        Assert.True(plan.LearningRate(60) < plan.LearningRate(30));
        Assert.Equal(1e-6, plan.LearningRate(100), 1e-9);
        Assert.Equal((0.05, 0.05), (plan.WeightDecay(1), plan.WeightDecay(100)));
    }
}
