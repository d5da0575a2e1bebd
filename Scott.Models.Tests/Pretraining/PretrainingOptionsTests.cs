using Scott.Models.Errors;
using Scott.Models.Masking;
using Scott.Models.Optimization;
using Scott.Models.Pretraining;

namespace Scott.Models.Tests.Pretraining;

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
        Assert.Equal(40.0, options.WarmupRatio * options.Epochs, 9);
        Assert.Null(options.MaximumGradientNorm);
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
            WarmupRatio = 1.5,
            PeakLearningRate = 0,
            StartWeightDecay = -1,
            FinalMomentum = double.NaN,
            MaximumGradientNorm = 0,
            HiddenRatio = 1,
            PredictorDepth = 0,
            MaskKind = (KeepMaskKind)7,
        };
        ScottConfigurationException error = Assert.Throws<ScottConfigurationException>(options.Validate);
        Assert.Equal(
            [
                "Epochs is 0; expected 1 to 1000000.",
                "BatchSize is 0; expected 1 to 65536.",
                "AccumulatedBatches is 0; expected 1 to 65536.",
                "PredictorDepth is 0; expected 1 to 256.",
                "WarmupRatio is 1.5; expected 0 to 1.",
                "FinalMomentum is NaN; expected 0 to 1.",
                "StartWeightDecay is -1; expected at least 0.",
                "PeakLearningRate is 0; expected more than 0.",
                "MaximumGradientNorm is 0; expected more than 0.",
                "HiddenRatio is 1; expected more than 0 and less than 1.",
                "MaskKind is 7; expected Blockwise or Uniform.",
            ],
            error.Faults);
    }

    [Fact]
    public void Json_RoundTrip_IsEqual()
    {
        var options = new PretrainingOptions { Epochs = 12, MaximumGradientNorm = 0.5, MaskKind = KeepMaskKind.Uniform };
        Assert.Equal(options, PretrainingOptions.FromJson(options.ToJson()));
        Assert.Contains("\"maskKind\":\"Uniform\"", options.ToJson(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 40)]
    [InlineData(300, 128)]
    public void Plan_AnyLength_WarmsUpReachesThePeakAndEndsAtTheFinalRate(int epochs, long stepsPerEpoch)
    {
        var options = new PretrainingOptions { Epochs = epochs };
        var plan = new PretrainingPlan(options, stepsPerEpoch);
        Assert.Equal(epochs * stepsPerEpoch, plan.TotalSteps);
        double[] rates = [.. Enumerable.Range(1, (int)plan.TotalSteps).Select(step => plan.LearningRate(step))];
        Assert.Equal(options.PeakLearningRate, rates.Max(), plan.TotalSteps == 1 ? 1 : 1e-12);
        Assert.Equal(options.FinalLearningRate, rates[^1], 1e-9);
        Assert.Equal(options.FinalMomentum, plan.Momentum(plan.TotalSteps), 1e-12);
        Assert.Equal(options.FinalWeightDecay, plan.WeightDecay(plan.TotalSteps), 1e-12);
    }
}
