using Microsoft.Extensions.Logging.Abstractions;
using Scott.Models.Imaging;
using Scott.Models.Torch;
using Scott.Models.Training;

namespace Scott.Models.Tests.Training;

/// <summary>What the builders of all kinds of training share.</summary>
[Collection(TorchTests.Name)]
public sealed class TrainingBuilderTests
{
    [Fact]
    public async Task Pretrain_BuilderThatHasRun_RefusesEveryCall()
    {
        PretrainingBuilder builder = PretrainingRuns.Model.Pretrain(PretrainingRuns.Dataset)
            .WithOptions(PretrainingRuns.Options with { Epochs = 1 }).WithRunOptions(PretrainingRuns.Run);
        await builder.RunAsync();
        await AssertUsedUpAsync(builder, "Pretrain");
        AssertUsedUp(() => builder.WithRecipe(PretrainingRecipe.Short), "Pretrain");
        AssertUsedUp(() => builder.WithAugmentation(new AugmentationSpec()), "Pretrain");
        AssertUsedUp(() => builder.WithEvaluation(LabeledImages.Draw(0, 4), LabeledImages.Draw(4, 4)), "Pretrain");
        AssertUsedUp(() => builder.WithOptions(new PretrainingOptions()), "Pretrain");
    }

    [Fact]
    public async Task FineTune_BuilderThatHasRun_RefusesEveryCall()
    {
        FineTuningBuilder builder = FineTuningRuns.Build().WithEpochs(0);
        await Assert.ThrowsAsync<Scott.Models.ScottConfigurationException>(() => builder.RunAsync());
        await AssertUsedUpAsync(builder, "FineTune");
        AssertUsedUp(() => builder.WithHead(ClassifierHead.Linear), "FineTune");
        AssertUsedUp(() => builder.WithValidation(FineTuningRuns.Validation), "FineTune");
        AssertUsedUp(() => builder.WithOptions(new FineTuningOptions()), "FineTune");
    }

    private static async Task AssertUsedUpAsync<TBuilder, TOptions, TRecord, TResult>(
        TrainingBuilder<TBuilder, TOptions, TRecord, TResult> builder, string verb)
        where TBuilder : TrainingBuilder<TBuilder, TOptions, TRecord, TResult>
        where TOptions : TrainingOptions
        where TRecord : TrainingRecord
    {
        Func<object>[] calls =
        [
            () => builder.WithRunOptions(new TrainingRunOptions()),
            () => builder.WithEpochs(1),
            () => builder.WithTimeBudget(TimeSpan.FromHours(1)),
            () => builder.WithEarlyStop(1),
            () => builder.WithPrecision(TrainingPrecision.Float32),
            () => builder.WithBatchSize(1),
            () => builder.WithSeed(1),
            () => builder.WithCheckpoints("run"),
            () => builder.WithDecoding(new ImageDecodingOptions()),
            () => builder.UseDevice(TorchDevice.Cpu),
            () => builder.OnStep((_, _) => default),
            () => builder.OnEpoch((_, _) => ValueTask.FromResult(true)),
            () => builder.WithLogger(NullLogger.Instance),
        ];
        Assert.All(calls, call => AssertUsedUp(call, verb));
        InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(() => builder.RunAsync());
        Assert.Equal($"This builder has already run; call model.{verb}() for a new one.", error.Message);
    }

    private static void AssertUsedUp(Func<object> call, string verb) =>
        Assert.Equal($"This builder has already run; call model.{verb}() for a new one.", Assert.Throws<InvalidOperationException>(call).Message);
}
