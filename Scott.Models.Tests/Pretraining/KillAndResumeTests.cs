using System.Diagnostics;
using Scott.Models.Tests.Processes;

namespace Scott.Models.Tests.Pretraining;

/// <summary>A training process that is killed at random moments, and started again until it ends, must end in the bits of one that was left alone.</summary>
[Collection(AloneTests.Name)]
public sealed class KillAndResumeTests
{
    private const int MostStarts = 60;

    private static readonly string[] Program = [Path.Combine(AppContext.BaseDirectory, "Scott.Models.Tests.dll"), ChildProcess.Marker, ChildRoles.Pretrain];

    [Fact]
    public async Task Run_KilledAgainAndAgain_EndsInTheSameBits()
    {
        using var folder = new TemporaryFolder();
        var watch = Stopwatch.StartNew();
        ChildResult whole = await ChildProcess.RunAsync("dotnet", [.. Program, folder.File("whole")]);
        TimeSpan duration = watch.Elapsed;
        Assert.True(whole.ExitCode == 0, whole.ToString());

        var random = new Random(3);
        int kills = 0;
        for (int start = 0; start < MostStarts; start++)
        {
            // At first anywhere in the run; later starts have less left to do, and some are killed before their first step.
            string? output = await RunAndKillAsync(folder.File("killed"), duration * (0.35 + (0.3 * random.NextDouble())));
            if (output is not null)
            {
                Assert.Equal(whole.Output, output);
                Assert.True(kills >= 2, $"killed only {kills} times");
                return;
            }

            kills++;
        }

        Assert.Fail($"did not end in {MostStarts} starts");
    }

    /// <returns>What the child printed, or <see langword="null"/> if it was killed.</returns>
    private static async Task<string?> RunAndKillAsync(string folder, TimeSpan after)
    {
        using Process child = Process.Start(new ProcessStartInfo("dotnet", [.. Program, folder]) { RedirectStandardOutput = true })!;
        Task<string> output = child.StandardOutput.ReadToEndAsync();
        using var limit = new CancellationTokenSource(after);
        try
        {
            await child.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            child.Kill(); // SIGKILL: no handler runs.
            await child.WaitForExitAsync();
        }

        return child.ExitCode == 0 ? await output : null;
    }
}
