using Scott.Models.Training;
using Scott.Models.Weights;

namespace Scott.Models.Tests.Training;

[Collection(TorchTests.Name)]
public sealed class StepRunnerTests
{
    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public async Task ExportFinite_AfterAStepThatRuinsAWeight_NamesStepImagesAndCheckpoint(float weight)
    {
        var options = new FineTuningOptions { BatchSize = 2 };
        using var step = new RuiningStep(weight);
        var loader = new LabeledLoader(
            LabeledImages.Draw(0, 4), (_, _, _) => { }, viewLength: 3, options, new TrainingRunOptions(), (_, _) => { });
        var runner = new StepRunner<LabeledBatch>(step, loader, options) { LastCheckpoint = "before" };
        Assert.Equal(2, runner.ExportFinite().Count);
        var plan = new TrainingPlan(options, runner.StepsPerEpoch);
        await foreach (StepResult result in runner.RunEpochAsync(() => plan, default))
        {
            Assert.Equal(RuiningStep.Loss, result.Loss);
            break;
        }

        TrainingDivergedException error = Assert.Throws<TrainingDivergedException>(() => runner.ExportFinite());
        Assert.Equal((1L, RuiningStep.Loss, 2, "before"), (error.Step, error.Loss, error.ImageNames.Count, error.LastCheckpoint));
        Assert.Equal(2, runner.Export().Count);
    }

    /// <summary>Its only step has a finite loss, and leaves a weight that is not finite.</summary>
    private sealed class RuiningStep(float weight) : ITrainingStep<LabeledBatch>
    {
        public const double Loss = 0.5;

        public long Steps { get; private set; }

        public double Accumulate(LabeledBatch batch, double share) => Loss;

        public IReadOnlyDictionary<string, double> Update(TrainingPlan plan, double? maximumGradientNorm)
        {
            Steps++;
            return new Dictionary<string, double>();
        }

        public void ClearGradients()
        {
        }

        public WeightSet Export() => new(
            [WeightTensor.Create("none", [0], []), WeightTensor.Create("some", [3], [1, Steps == 0 ? 2 : weight, 3])]);

        public void Restore(WeightSet state, long steps) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
