namespace Scott.Models.Cli;

/// <summary>Says what happens when a signal stops a run.</summary>
internal static class Interruption
{
    /// <summary>A protocol has its runs in folders below its own, and its finished figures beside its settings.</summary>
    private static readonly string[] SavedFiles = ["checkpoint-*", "teacher.bin", "*-*.json"];

    /// <summary>Says at once that the signal arrived. Dispose when the run has ended.</summary>
    public static CancellationTokenRegistration Announce(Action<string> note, CancellationToken cancellationToken) =>
        cancellationToken.Register(() => note("Stopping; the run is saved first. Ctrl-C (or any second signal) ends at once, without saving."));

    /// <summary>Says how to resume.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="command">The command that resumes it.</param>
    /// <param name="screen">Where to print it.</param>
    /// <returns>The exit code.</returns>
    public static int Report(string folder, string command, Screen screen)
    {
        // The library writes a checkpoint before it ends, if it took a step. Before that, only what a teacher said can be lost, and it is kept.
        bool isSaved = Directory.Exists(folder)
            && SavedFiles.Any(files => Directory.EnumerateFiles(folder, files, SearchOption.AllDirectories).Any());
        screen.Warn($"Interrupted; {(isSaved ? $"the run is saved in '{folder}'" : "no step was done, so there is nothing to save")}. To resume:");
        screen.Warn($"  {command}");
        screen.Result(new { isInterrupted = true, folder, isSaved, resumeCommand = command });
        return ExitCode.Interrupted;
    }
}
