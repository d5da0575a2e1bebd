using Scott.Models.Training;

namespace Scott.Models.Tests.Training;

/// <summary>AllowChangedOptions lets settings change, but not the networks' shapes.</summary>
[Collection(TorchTests.Name)]
public sealed class ChangedNetworkTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> PretrainingChanges => ["width", "depth", "predictor", "image"];

    public static TheoryData<string> FineTuningChanges => ["head", "scope", "adapters"];

    /// <summary>libtorch's own error came out, with a stack of C++.</summary>
    [Theory]
    [MemberData(nameof(PretrainingChanges))]
    public async Task Pretraining_OfOtherNetworks_IsATypedError(string change)
    {
        PretrainingOptions options = PretrainingRuns.Options with { Epochs = 1 };
        TrainingRunOptions run = PretrainingRuns.Run with { CheckpointFolder = _folder.Path, AllowChangedOptions = true };
        await PretrainingRuns.Model.Pretrain(PretrainingRuns.Dataset).WithOptions(options).WithRunOptions(run).RunAsync();
        ScottArchitecture tiny = PretrainingRuns.Model.Architecture;
        ScottModel other = change switch
        {
            "width" => ScottModel.Create(tiny with { EmbeddingWidth = tiny.EmbeddingWidth * 2 }, seed: 9),
            "depth" => ScottModel.Create(tiny with { Depth = tiny.Depth + 1 }, seed: 9),
            "image" => PretrainingRuns.Model.WithImageSize(tiny.ImagePixels * 2),
            _ => PretrainingRuns.Model,
        };
        options = change == "predictor" ? options with { PredictorDepth = 2 } : options;
        CheckpointException error = await Assert.ThrowsAsync<CheckpointException>(
            () => other.Pretrain(PretrainingRuns.Dataset).WithOptions(options).WithRunOptions(run).RunAsync());
        AssertOther(error);
    }

    [Theory]
    [MemberData(nameof(FineTuningChanges))]
    public async Task FineTuning_OfOtherNetworks_IsATypedError(string change)
    {
        FineTuningOptions options = FineTuningRuns.Options with { Epochs = 1 };
        TrainingRunOptions run = FineTuningRuns.Run with { CheckpointFolder = _folder.Path, AllowChangedOptions = true };
        await FineTuningRuns.Build(options, run).RunAsync();
        options = change switch
        {
            "head" => options with { Head = options.Head == ClassifierHead.Linear ? ClassifierHead.SimpleAttentive : ClassifierHead.Linear },
            "scope" => options with { Scope = FineTuningScope.FrozenBackbone },
            _ => options with { Scope = FineTuningScope.LowRankAdapters, AdapterRank = 2 },
        };
        AssertOther(await Assert.ThrowsAsync<CheckpointException>(() => FineTuningRuns.Build(options, run).RunAsync()));
    }

    [Fact]
    public async Task FineTuning_InTheFolderOfAPretraining_IsATypedError()
    {
        TrainingRunOptions run = PretrainingRuns.Run with { CheckpointFolder = _folder.Path, AllowChangedOptions = true };
        await PretrainingRuns.Model.Pretrain(PretrainingRuns.Dataset)
            .WithOptions(PretrainingRuns.Options with { Epochs = 1 }).WithRunOptions(run).RunAsync();
        AssertOther(await Assert.ThrowsAsync<CheckpointException>(() => FineTuningRuns.Build(run: run).RunAsync()));
    }

    /// <summary>There was no record to make a result of.</summary>
    [Fact]
    public async Task Pretraining_ChangedToFewerStepsThanWereTaken_IsATypedError()
    {
        TrainingRunOptions run = PretrainingRuns.Run with { CheckpointFolder = _folder.Path, AllowChangedOptions = true };
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => PretrainingRuns.Model.Pretrain(PretrainingRuns.Dataset)
            .WithOptions(PretrainingRuns.Options with { AccumulatedBatches = 1 })
            .WithRunOptions(run)
            .OnStep(async (progress, _) => await (progress.Step == 3 ? stop.CancelAsync() : Task.CompletedTask))
            .RunAsync(cancellationToken: stop.Token));
        PretrainingOptions fewer = PretrainingRuns.Options with { Epochs = 1, BatchSize = 9, AccumulatedBatches = 1 };
        CheckpointException error = await Assert.ThrowsAsync<CheckpointException>(
            () => PretrainingRuns.Model.Pretrain(PretrainingRuns.Dataset).WithOptions(fewer).WithRunOptions(run).RunAsync());
        Assert.Equal(CheckpointFault.OtherRun, error.Fault);
        Assert.Contains("its checkpoint is of step 3, and the changed settings end at step 2.", error.Message, StringComparison.Ordinal);
    }

    private void AssertOther(CheckpointException error)
    {
        Assert.Equal((CheckpointFault.OtherRun, _folder.Path), (error.Fault, error.Folder));
        Assert.Contains("cannot resume: its ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception raised from", error.ToString(), StringComparison.Ordinal);
    }
}
