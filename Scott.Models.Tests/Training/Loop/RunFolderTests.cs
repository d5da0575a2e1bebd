using Scott.Models.Tests.Processes;
using Scott.Models.Training;

namespace Scott.Models.Tests.Training;

/// <summary>One run at a time has a checkpoint folder, and what the file system refuses is a typed error.</summary>
[Collection(TorchTests.Name)]
public sealed class RunFolderTests : IDisposable
{
    private static readonly string TestProgram = Path.Combine(AppContext.BaseDirectory, "Scott.Models.Tests.dll");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_SecondRunOfThisProcess_IsRefusedAndNamesIt()
    {
        CheckpointException? error = null;
        PretrainingResult first = await Build().OnEpoch(async (record, _) =>
        {
            error ??= await Assert.ThrowsAsync<CheckpointException>(() => Build().RunAsync());
            return true;
        }).RunAsync();
        Assert.Equal(CheckpointFault.InUse, error!.Fault);
        Assert.Equal(_folder.Path, error.Folder);
        Assert.Contains($"process {Environment.ProcessId} on {Environment.MachineName}, since 20", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("Wait until it ends, stop it, or choose another folder.", error.Message, StringComparison.Ordinal);
        Assert.Equal(4, first.History.Count);

        // Released with the run.
        Assert.Equal(4, (await Build().RunAsync()).History.Count);
    }

    [Fact]
    public async Task Run_OfAnotherProcess_HoldsTheFolderUntilItIsKilled()
    {
        using RunningChild child = RunningChild.OfRole(ChildRoles.HoldRun, _folder.Path);
        Assert.Equal("holding", await child.ReadLineAsync());
        string part = Path.Combine(_folder.Path, "checkpoint-0000000001.safetensors.0123456789ab.part");
        await File.WriteAllTextAsync(part, "half a checkpoint");
        CheckpointException error = await Assert.ThrowsAsync<CheckpointException>(() => Build().RunAsync());
        Assert.Equal(CheckpointFault.InUse, error.Fault);
        Assert.Contains($"process {child.Id} on ", error.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(part));
        await child.KillAsync();

        using var log = new LogLines();
        Assert.Equal(4, (await Build().WithLogger(log).RunAsync()).History.Count);
        Assert.Contains(log.Lines, line => line.Contains($"from a run that did not end: process {child.Id} on ", StringComparison.Ordinal));
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.part", SearchOption.AllDirectories));
        Assert.False(File.Exists(Path.Combine(_folder.Path, "run.owner")));
    }

    /// <summary>A limit on the size of a file stands in for the disk's. The runtime itself needs large files unless it does without W^X.</summary>
    [Fact]
    public async Task Run_NoRoomForACheckpoint_IsATypedErrorAndTheRunResumesWhenThereIs()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The limit is set by bash.");
        string program = $"'{TestProgram}' {ChildProcess.Marker} {ChildRoles.Pretrain} '{_folder.Path}'";
        string limit = "trap '' XFSZ; ulimit -f 16; DOTNET_EnableWriteXorExecute=0";
        ChildResult limited = await ChildProcess.RunAsync("bash", ["-c", $"{limit} exec dotnet {program}"]);
        Assert.NotEqual(0, limited.ExitCode);
        Assert.Contains(
            $"CheckpointException: The disk is full: the run in '{_folder.Path}' cannot write its files. Free space and run again;",
            limited.Error,
            StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.part"));
        ChildResult whole = await ChildProcess.RunAsync("bash", ["-c", $"exec dotnet {program}"]);
        Assert.True(whole.ExitCode == 0, whole.ToString());
    }

    [Fact]
    public async Task Run_CheckpointThatCannotBeRead_IsATypedError()
    {
        UnixFiles.SkipElsewhere();
        await Build().RunAsync();
        File.CreateSymbolicLink(Path.Combine(_folder.Path, "checkpoint-9999999999.safetensors"), _folder.File("missing"));
        CheckpointException error = await Assert.ThrowsAsync<CheckpointException>(() => Build().RunAsync());
        Assert.Equal(CheckpointFault.NotReadable, error.Fault);
    }

    /// <summary>It was deleted at once, though it may be all that is left of an earlier run.</summary>
    [Fact]
    public async Task Run_WithoutCheckpointsBesideABestModel_KeepsThat()
    {
        await File.WriteAllTextAsync(_folder.File("best.safetensors"), "an earlier run's");
        await Build().RunAsync();
        Assert.True(File.Exists(_folder.File("best.safetensors")));
    }

    /// <summary>The part of a child process: a run that waits after its first step.</summary>
    internal static void HoldRun(string folder) => Build(folder).OnStep(async (_, token) =>
    {
        Console.WriteLine("holding");
        await Task.Delay(Timeout.Infinite, token);
    }).RunAsync().GetAwaiter().GetResult();

    private PretrainingBuilder Build() => Build(_folder.Path);

    private static PretrainingBuilder Build(string folder) =>
        PretrainingRuns.Model.Pretrain(PretrainingRuns.Dataset).WithOptions(PretrainingRuns.Options).WithRunOptions(Options(folder));

    private static TrainingRunOptions Options(string folder) =>
        PretrainingRuns.Run with { CheckpointFolder = folder, CheckpointInterval = TimeSpan.FromTicks(1) };
}
