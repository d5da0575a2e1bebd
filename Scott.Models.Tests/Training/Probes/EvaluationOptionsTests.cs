using Scott.Models.Training;

namespace Scott.Models.Tests.Training;

public sealed class EvaluationOptionsTests
{
    [Fact]
    public void Defaults_All_AreTheDocumentedOnes()
    {
        var options = new EvaluationOptions();
        options.Validate();
        Assert.Equal((10, 0.07, 0.1, 5), (options.Neighbors, options.NeighborTemperature, options.ValidationRatio, options.FewShotRepeats));
        Assert.Empty(options.FewShotPerClass);
        Assert.Equal([ClassifierHead.SimpleAttentive, ClassifierHead.MultiHeadAttentive, ClassifierHead.CrossAttentive], options.AttentiveProbes);
        Assert.Equal(new ProbeOptions(), options.Probe);
        Assert.Equal(
            (100, 64, 0.2, 5e-4, 47L),
            (options.Probe.Epochs, options.Probe.BatchSize, options.Probe.WarmupRatio, options.Probe.PeakLearningRate, options.Probe.Seed));
        (options with { NeighborTemperature = double.PositiveInfinity }).Validate();
    }

    [Fact]
    public void Validate_EveryFault_IsListed()
    {
        var options = new EvaluationOptions
        {
            Neighbors = 0,
            NeighborTemperature = 0,
            ValidationRatio = 1,
            FewShotPerClass = [1, 0],
            FewShotRepeats = 0,
            AttentiveProbes = [ClassifierHead.SimpleAttentive, ClassifierHead.Linear],
            Probe = new ProbeOptions { Epochs = 0, BatchSize = 0, WarmupRatio = 2, PeakLearningRate = 0 },
        };
        Assert.Equal(
            [
                "Neighbors is 0; expected 1 to 100000.",
                "NeighborTemperature is 0; expected more than 0.",
                "ValidationRatio is 1; expected over 0 and under 1.",
                "FewShotPerClass is 0; expected 1 to 1000000.",
                "FewShotRepeats is 0; expected 1 to 1000.",
                "AttentiveProbes is [SimpleAttentive, Linear]; "
                    + "expected one or more of SimpleAttentive, MultiHeadAttentive, CrossAttentive, none twice.",
                "Epochs is 0; expected 1 to 100000.",
                "BatchSize is 0; expected 1 to 65536.",
                "WarmupRatio is 2; expected 0 to 1.",
                "PeakLearningRate is 0; expected more than 0.",
            ],
            Assert.Throws<ScottConfigurationException>(options.Validate).Faults);
    }
}
