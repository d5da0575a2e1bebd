using Scott.Models.Tests.Processes;
using Scott.Models.Training;

namespace Scott.Models.Tests.Training;

/// <summary>A training process that is killed at random moments and started again ends in the same bits as one that is not.</summary>
public sealed class KillAndResumeTests
{
    private const int MostStepsApart = 25;

    [Theory]
    [InlineData(ChildRoles.Pretrain, 3)]
    [InlineData(ChildRoles.FineTune, 2)]
    public async Task Run_KilledAgainAndAgain_EndsInTheSameBits(string role, int kills)
    {
        string[] program = [Path.Combine(AppContext.BaseDirectory, "Scott.Models.Tests.dll"), ChildProcess.Marker, role];
        using var folder = new TemporaryFolder();
        ChildResult whole = await ChildProcess.RunAsync("dotnet", [.. program, folder.File("whole")]);
        Assert.True(whole.ExitCode == 0, whole.ToString());
        var random = new Random(3);
        var store = new CheckpointStore(folder.File("killed"), kept: 2);
        for (int kill = 0; kill < kills; kill++)
            await RunAndKillAsync(role, store, NewestStep(store) + random.Next(1, MostStepsApart), TimeSpan.FromMilliseconds(random.Next(40)));

        ChildResult resumed = await ChildProcess.RunAsync("dotnet", [.. program, store.Folder]);
        Assert.True(resumed.ExitCode == 0, resumed.ToString());
        Assert.Equal(whole.Output, resumed.Output);
    }

    /// <summary>Kills the child a moment after the checkpoint of a step or a later one: in a step, in an evaluation or while it writes.</summary>
    private static async Task RunAndKillAsync(string role, CheckpointStore store, long step, TimeSpan moment)
    {
        using RunningChild child = RunningChild.OfRole(role, store.Folder);
        Assert.True(await child.UntilAsync(() => NewestStep(store) >= step), "The child ended before it was killed.");
        await Task.Delay(moment);
        await child.KillAsync();
        Assert.NotEqual(0, child.ExitCode);
    }

    private static long NewestStep(CheckpointStore store) => store.Files() is [string newest, ..]
        ? long.Parse(Path.GetFileNameWithoutExtension(newest)["checkpoint-".Length..], System.Globalization.CultureInfo.InvariantCulture)
        : 0;
}
