using System.Text.Json;
using Scott.Models.Torch;
using Scott.Models.Training;

namespace Scott.Models.Tests.Training;

public sealed class PretrainingOptionsTests
{
    [Fact]
    public void Options_Defaults_AreTheReferences()
    {
        var options = new PretrainingOptions();
        Assert.Equal((300, 64, 1, 3, 47L), (options.Epochs, options.BatchSize, options.AccumulatedBatches, options.PredictorDepth, options.Seed));
        Assert.Equal((1e-6, 5e-4, 1e-5, 0.72), (options.StartLearningRate, options.PeakLearningRate, options.FinalLearningRate, options.FlatRatio));
        Assert.Equal((0.04, 0.4, 0.996, 1.0), (options.StartWeightDecay, options.FinalWeightDecay, options.StartMomentum, options.FinalMomentum));
        Assert.Equal((0.6, KeepMaskKind.Blockwise, RampShape.Linear), (options.HiddenRatio, options.MaskKind, options.MomentumShape));
        Assert.Equal(16, options.MinimumBlockPatches);
        Assert.Equal(40.0, options.WarmupRatio * options.Epochs, 9);
        Assert.Null(options.MaximumGradientNorm);
        Assert.Equal((null, null), (options.TimeBudget, options.Patience));
        Assert.Equal((WatchedFigure.Auto, TrainingPrecision.Auto), (options.Watched, options.Precision));
        Assert.Equal((1, 1, 1, ResultEncoder.Context), (options.MasksPerView, options.ViewsPerImage, options.TargetBlocks, options.Result));
        Assert.False(options.ImageLevel.Any);
        options.Validate();
    }

    [Fact]
    public void Validate_IllegalSettings_ListsEveryFault()
    {
        var options = new PretrainingOptions
        {
            Epochs = 0,
            BatchSize = 0,
            AccumulatedBatches = 0,
            Patience = 0,
            TimeBudget = TimeSpan.Zero,
            Watched = (WatchedFigure)9,
            Precision = (TrainingPrecision)8,
            WarmupRatio = 1.5,
            PeakLearningRate = 0,
            StartWeightDecay = -1,
            FinalMomentum = double.NaN,
            MaximumGradientNorm = 0,
            HiddenRatio = 1,
            PredictorDepth = 0,
            MaskKind = (KeepMaskKind)7,
            MinimumBlockPatches = 0,
            MasksPerView = 0,
            ViewsPerImage = 9,
            TargetBlocks = 0,
            Result = (ResultEncoder)3,
            AveragedRatio = 0,
            ImageLevel = new() { Invariance = -1, Variance = double.NaN, Covariance = 1, Deviation = 0 },
        };
        ScottConfigurationException error = Assert.Throws<ScottConfigurationException>(options.Validate);
        Assert.Equal(
            [
                "Epochs is 0; expected 1 to 1000000.",
                "BatchSize is 0; expected 1 to 65536.",
                "AccumulatedBatches is 0; expected 1 to 65536.",
                "Patience is 0; expected 1 to 1000000.",
                "TimeBudget is 00:00:00; expected more than zero.",
                "Precision is 8; expected Auto, Float32 or BFloat16.",
                "WarmupRatio is 1.5; expected 0 to 1.",
                "MaximumGradientNorm is 0; expected more than 0.",
                "Watched is 9; expected Auto, EffectiveRank, NeighborAccuracy or LinearAccuracy.",
                "PredictorDepth is 0; expected 1 to 256.",
                "FinalMomentum is NaN; expected 0 to 1.",
                "StartWeightDecay is -1; expected at least 0.",
                "PeakLearningRate is 0; expected more than 0.",
                "HiddenRatio is 1; expected more than 0 and less than 1.",
                "MaskKind is 7; expected Blockwise or Uniform.",
                "MinimumBlockPatches is 0; expected 1 to 1024.",
                "MasksPerView is 0; expected 1 to 64.",
                "ViewsPerImage is 9; expected 1 to 8.",
                "TargetBlocks is 0; expected 1 to 256.",
                "Result is 3; expected Context, Target or Average.",
                "AveragedRatio is 0; expected more than 0 and at most 1.",
                "ImageLevel.Invariance is -1; expected at least 0.",
                "ImageLevel.Variance is NaN; expected at least 0.",
                "ImageLevel.Deviation is 0; expected more than 0.",
                "BatchSize is 0; expected at least 2, because ImageLevel compares the images of a batch.",
            ],
            error.Faults);
    }

    [Fact]
    public void Json_RoundTrip_IsEqual()
    {
        var options = new PretrainingOptions { Epochs = 12, MaskKind = KeepMaskKind.Uniform, ImageLevel = new() { Variance = 2 } };
        Assert.Equal(options, JsonSerializer.Deserialize(options.ToJson(), TrainingJsonContext.Default.PretrainingOptions));
        Assert.Contains("\"maskKind\":\"Uniform\"", options.ToJson(), StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_ChangedDuringTheRun_ContinuesFromWhereItIsAndEndsAtTheEnd()
    {
        var options = new PretrainingOptions { Epochs = 10 };
        var plan = new TrainingPlan(options, 100);
        TrainingPlan longer = plan.Change(200, 1800);
        TrainingPlan shorter = longer.Change(600, 700);
        Assert.Equal(plan.WeightDecay(200), longer.WeightDecay(200), 1e-12);
        Assert.Equal(longer.WeightDecay(600), shorter.WeightDecay(600), 1e-12);
        Assert.Equal((1800L, 18), (longer.TotalSteps, longer.TotalEpochs));
        Assert.Equal((700L, 7), (shorter.TotalSteps, shorter.TotalEpochs));
        Assert.Equal(options.FinalLearningRate, longer.LearningRate(1800), 1e-9);
        Assert.Equal(options.FinalMomentum, shorter.Momentum(700), 1e-12);
        double[] decays = [.. Enumerable.Range(600, 101).Select(step => shorter.WeightDecay(step))];
        Assert.Equal(decays.Order(), decays);
    }

    [Fact]
    public void Plan_EpochsThatDoNotFill_EndWithTheRun()
    {
        var plan = new TrainingPlan(new PretrainingOptions(), 100, PlanPace.Even(250));
        Assert.Equal([100, 200, 250], Enumerable.Range(1, 250).Where(step => plan.EndsEpoch(step)));
        Assert.Equal(3, plan.TotalEpochs);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 40)]
    [InlineData(300, 128)]
    public void Plan_AnyLength_WarmsUpReachesThePeakAndEndsAtTheFinalRate(int epochs, long stepsPerEpoch)
    {
        var options = new PretrainingOptions { Epochs = epochs };
        var plan = new TrainingPlan(options, stepsPerEpoch);
        Assert.Equal(epochs * stepsPerEpoch, plan.TotalSteps);
        double[] rates = [.. Enumerable.Range(1, (int)plan.TotalSteps).Select(step => plan.LearningRate(step))];
        Assert.Equal(options.PeakLearningRate, rates.Max(), plan.TotalSteps == 1 ? 1 : 1e-12);
        Assert.Equal(options.FinalLearningRate, rates[^1], 1e-9);
        Assert.Equal(options.FinalMomentum, plan.Momentum(plan.TotalSteps), 1e-12);
        Assert.Equal(options.FinalWeightDecay, plan.WeightDecay(plan.TotalSteps), 1e-12);
    }
}
