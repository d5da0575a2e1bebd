using System.Diagnostics;
using Scott.Models.Imaging;
using Scott.Models.Inference;
using Scott.Models.Tests.Foundation;
using Scott.Models.Tests.Inference;
using Scott.Models.Training;

namespace Scott.Models.Tests.Training;

/// <summary>What a listener of the app sees of training, and of the classifier that it made.</summary>
[Collection(TorchTests.Name)]
public sealed class TrainingTelemetryTests
{
    [Fact]
    public async Task Pretrain_AnEpoch_CountsTheImagesOfItsSteps()
    {
        using var listener = new TelemetryRecorder("telemetry-pretrain");
        await Model("telemetry-pretrain").Pretrain(PretrainingRuns.Dataset)
            .WithOptions(PretrainingRuns.Options with { Epochs = 1 })
            .WithRunOptions(PretrainingRuns.Run)
            .RunAsync();
        AssertRun(listener, "scott.pretrain", images: 18, steps: 3);
    }

    [Fact]
    public async Task Distill_AnEpoch_CountsTheImagesOfItsSteps()
    {
        using var listener = new TelemetryRecorder("telemetry-distill");
        await Model("telemetry-distill").Distill(ScottModel.Create(Architectures.Tiny, seed: 5), PretrainingRuns.Dataset)
            .WithOptions(new DistillationOptions { Epochs = 1, BatchSize = 6 })
            .WithRunOptions(PretrainingRuns.Run)
            .RunAsync();
        AssertRun(listener, "scott.distill", images: 18, steps: 3);
    }

    [Fact]
    public async Task FineTune_AnEpoch_CountsTheImagesOfItsSteps_AndItsClassifierCountsItsOwn()
    {
        using var listener = new TelemetryRecorder("telemetry-finetune");
        FineTuningResult result = await Model("telemetry-finetune").FineTune(FineTuningRuns.Dataset)
            .WithValidation(FineTuningRuns.Validation)
            .WithOptions(FineTuningRuns.Options with { Epochs = 1 })
            .WithRunOptions(FineTuningRuns.Run)
            .RunAsync();
        AssertRun(listener, "scott.fine_tune", images: 20, steps: 5);

        using var classifying = new TelemetryRecorder("telemetry-classify");
        ScottClassifier named = result.Classifier.WithMetadata(new() { Id = "telemetry-classify" });
        using ImageClassifier classifier = named.Classify().Build();
        Assert.Equal("telemetry-classify", classifier.ModelId);
        await classifier.ClassifyAsync(ImageSource.FromImage(DrawnImages.Draw(1)));
        Assert.Equal("scott.classify", Assert.Single(classifying.Activities).OperationName);
        Assert.Equal(1, classifying.Sum(ScottTelemetry.ImagesInstrument, "success"));
    }

    [Fact]
    public async Task Pretrain_ThatFails_MarksTheActivity()
    {
        using var listener = new TelemetryRecorder("telemetry-failed");
        await Assert.ThrowsAsync<NotSupportedException>(() => Model("telemetry-failed").Pretrain(PretrainingRuns.Dataset)
            .WithOptions(PretrainingRuns.Options with { Epochs = 1 })
            .WithRunOptions(PretrainingRuns.Run)
            .OnStep((_, _) => throw new NotSupportedException("no"))
            .RunAsync());
        Assert.Equal(ActivityStatusCode.Error, Assert.Single(listener.Activities).Status);
    }

    private static ScottModel Model(string id) => PretrainingRuns.Model.WithMetadata(new() { Id = id });

    private static void AssertRun(TelemetryRecorder listener, string activity, int images, int steps)
    {
        Activity seen = Assert.Single(listener.Activities);
        Assert.Equal((activity, ActivityStatusCode.Unset), (seen.OperationName, seen.Status));
        Assert.Equal(images, listener.Sum(ScottTelemetry.ImagesInstrument, "success"));
        Assert.Equal(images, listener.Sum(ScottTelemetry.BatchSizeInstrument));
        Assert.InRange(listener.Sum(ScottTelemetry.BatchDurationInstrument), steps * 1e-6, 60);
    }
}
