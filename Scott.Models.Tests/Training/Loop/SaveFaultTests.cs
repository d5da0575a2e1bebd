using Scott.Models.Training;

namespace Scott.Models.Tests.Training;

/// <summary>A run cannot create its folder or write its files. A folder in the place of a file stands in for a full disk, also for root.</summary>
[Collection(TorchTests.Name)]
public sealed class SaveFaultTests : IDisposable
{
    private const string LastCheckpoint = "checkpoint-0000000012.safetensors";

    private readonly TemporaryFolder _folder = new();
    private readonly LogLines _log = new();

    private TrainingRunOptions Rare => PretrainingRuns.Run with { CheckpointInterval = TimeSpan.FromDays(1), CheckpointFolder = _folder.Path };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("file")]
    [InlineData("file/run")]
    [InlineData("/proc/run")]
    public async Task Run_FolderThatCannotBeMade_IsATypedErrorBeforeTheFirstStep(string folder)
    {
        Assert.SkipWhen(folder.StartsWith('/') && !OperatingSystem.IsLinux(), "There is no /proc.");
        await File.WriteAllTextAsync(_folder.File("file"), "in the way");
        string path = Path.GetFullPath(folder, _folder.Path);
        CheckpointException error = await Assert.ThrowsAsync<CheckpointException>(
            () => Pretrain(path).OnStep((_, _) => throw new NotSupportedException()).RunAsync());
        Assert.Equal((CheckpointFault.NotWritable, path), (error.Fault, error.Folder));
        Assert.Contains("Make the folder writable, or choose another.", error.Message, StringComparison.Ordinal);
        error = await Assert.ThrowsAsync<CheckpointException>(
            () => FineTuningRuns.Build(run: FineTuningRuns.Run with { CheckpointFolder = path }).RunAsync());
        Assert.Equal(CheckpointFault.NotWritable, error.Fault);
    }

    [Fact]
    public async Task Run_EmptyFolderName_IsRefused()
    {
        ScottConfigurationException error = await Assert.ThrowsAsync<ScottConfigurationException>(
            () => Pretrain().WithRunOptions(PretrainingRuns.Run with { CheckpointFolder = "" }).RunAsync());
        Assert.Contains("CheckpointFolder is empty; expected a folder", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("metrics.jsonl")]
    [InlineData("report.html")]
    [InlineData("tensorboard")]
    public async Task Run_RecordsThatCannotBeWrittenAtFirst_IsATypedErrorBeforeTheFirstStep(string name)
    {
        Block(name);
        CheckpointException error = await Assert.ThrowsAsync<CheckpointException>(
            () => Pretrain().OnStep((_, _) => throw new NotSupportedException()).RunAsync());
        Assert.Equal((CheckpointFault.NotWritable, _folder.Path), (error.Fault, error.Folder));
    }

    /// <summary>The finished model was lost.</summary>
    [Theory]
    [InlineData(LastCheckpoint)]
    [InlineData("metrics.jsonl")]
    [InlineData("report.html")]
    [InlineData("tensorboard")]
    public async Task Run_LastFilesThatCannotBeWritten_GivesTheResultAndSaysWhatIsMissing(string name)
    {
        PretrainingResult whole = await Pretrain().WithRunOptions(PretrainingRuns.Run).RunAsync();
        Assert.Null(whole.CheckpointError);
        PretrainingResult result = await Pretrain().OnStep((progress, _) => BlockAt(11, progress, name)).RunAsync();
        Assert.Equal(PretrainingRuns.Checksum(whole.Model.Weights), PretrainingRuns.Checksum(result.Model.Weights));
        Assert.Equal((CheckpointFault.NotWritable, _folder.Path), (result.CheckpointError!.Fault, result.CheckpointError.Folder));
        Assert.Contains("Error: The run has ended, and its last files could not be written. Save its result elsewhere.", _log.Lines);
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.part"));

        // What was on disk is sound, and ends in the same bits once there is room.
        Unblock(name);
        PretrainingResult again = await Pretrain().RunAsync();
        Assert.Null(again.CheckpointError);
        Assert.Equal(PretrainingRuns.Checksum(whole.Model.Weights), PretrainingRuns.Checksum(again.Model.Weights));
    }

    [Fact]
    public async Task FineTuning_LastFilesThatCannotBeWritten_GivesTheResultAndSaysWhatIsMissing()
    {
        FineTuningResult whole = await FineTuningRuns.Build().RunAsync();
        Block("checkpoint-0000000015.safetensors");
        FineTuningResult result = await FineTuningRuns.Build(run: FineTuningRuns.Run with { CheckpointFolder = _folder.Path })
            .OnStep((progress, _) => BlockAt(14, progress, "best.safetensors"))
            .RunAsync();
        Assert.Equal(FineTuningRuns.Checksum(whole.LastClassifier), FineTuningRuns.Checksum(result.LastClassifier));
        Assert.Equal(FineTuningRuns.Checksum(whole.Classifier), FineTuningRuns.Checksum(result.Classifier));
        Assert.NotNull(result.CheckpointError);
    }

    [Fact]
    public async Task Run_CheckpointInTheMiddleThatCannotBeWritten_IsATypedErrorAndTheOlderStay()
    {
        PretrainingResult whole = await Pretrain().WithRunOptions(PretrainingRuns.Run).RunAsync();
        Block("checkpoint-0000000007.safetensors");
        CheckpointException error = await Assert.ThrowsAsync<CheckpointException>(() => Pretrain().RunAsync());
        Assert.Equal((CheckpointFault.NotWritable, _folder.Path), (error.Fault, error.Folder));
        Assert.Equal(6, (await new CheckpointStore(_folder.Path, kept: 2).ReadNewestAsync(Assert.Fail, default))!.Steps);
        Unblock("checkpoint-0000000007.safetensors");
        PretrainingResult resumed = await Pretrain().RunAsync();
        Assert.Equal(PretrainingRuns.Checksum(whole.Model.Weights), PretrainingRuns.Checksum(resumed.Model.Weights));
    }

    [Theory]
    [InlineData("metrics.jsonl")]
    [InlineData("report.html")]
    [InlineData("tensorboard")]
    public async Task Run_RecordsInTheMiddleThatCannotBeWritten_SavesTheCheckpointBeforeItFails(string name)
    {
        CheckpointException error = await Assert.ThrowsAsync<CheckpointException>(
            () => Pretrain().WithRunOptions(Rare).OnStep((progress, _) => BlockAt(5, progress, name)).RunAsync());
        Assert.Equal(CheckpointFault.NotWritable, error.Fault);
        Assert.Equal(6, (await new CheckpointStore(_folder.Path, kept: 2).ReadNewestAsync(Assert.Fail, default))!.Steps);
    }

    /// <summary>The error of saving hid the one that ended the run.</summary>
    [Fact]
    public async Task Run_ErrorAndThenNoRoomToSave_IsTheFirstErrorAndTheSecondIsLogged()
    {
        Block("checkpoint-0000000005.safetensors");
        IOException error = await Assert.ThrowsAsync<IOException>(
            () => Pretrain().WithRunOptions(Rare).OnStep((progress, _) => progress.Step == 5 ? throw new IOException("mine") : default).RunAsync());
        Assert.Equal("mine", error.Message);
        Assert.Contains("Error: What the run has learned since its last checkpoint could not be saved.", _log.Lines);
    }

    /// <summary>An app's own I/O error was taken for a full disk, and nothing was saved.</summary>
    [Fact]
    public async Task Run_ErrorOfTheApp_SavesWhatWasLearned()
    {
        await Assert.ThrowsAsync<IOException>(
            () => Pretrain().WithRunOptions(Rare).OnStep((progress, _) => progress.Step == 5 ? throw new IOException("mine") : default).RunAsync());
        Assert.Equal(5, (await new CheckpointStore(_folder.Path, kept: 2).ReadNewestAsync(Assert.Fail, default))!.Steps);
    }

    [Fact]
    public async Task Run_CanceledWithNoRoomToSave_IsNotSilent()
    {
        Block("checkpoint-0000000005.safetensors");
        using var stop = new CancellationTokenSource();
        CheckpointException error = await Assert.ThrowsAsync<CheckpointException>(() => Pretrain().WithRunOptions(Rare)
            .OnStep(async (progress, _) => await (progress.Step == 5 ? stop.CancelAsync() : Task.CompletedTask))
            .RunAsync(cancellationToken: stop.Token));
        Assert.Equal(CheckpointFault.NotWritable, error.Fault);
    }

    private PretrainingBuilder Pretrain(string? folder = null) => PretrainingRuns.Model
        .Pretrain(PretrainingRuns.Dataset)
        .WithOptions(PretrainingRuns.Options)
        .WithRunOptions(PretrainingRuns.Run with { CheckpointInterval = TimeSpan.FromTicks(1) })
        .WithCheckpoints(folder ?? _folder.Path)
        .WithLogger(_log);

    private ValueTask BlockAt(long step, TrainingProgress progress, string name)
    {
        if (progress.Step == step)
            Block(name);

        return ValueTask.CompletedTask;
    }

    /// <summary>Puts a folder that is not empty where a file should be, or a file where a folder should.</summary>
    private void Block(string name)
    {
        Unblock(name);
        if (Path.HasExtension(name))
            Directory.CreateDirectory(Path.Combine(_folder.File(name), "full"));
        else
            File.WriteAllText(_folder.File(name), "in the way");
    }

    private void Unblock(string name)
    {
        if (Directory.Exists(_folder.File(name)))
            Directory.Delete(_folder.File(name), recursive: true);

        File.Delete(_folder.File(name));
    }
}
