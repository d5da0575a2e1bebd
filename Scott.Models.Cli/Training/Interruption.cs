using System.Text.RegularExpressions;

namespace Scott.Models.Cli;

/// <summary>Says what happens when a signal stops a run.</summary>
internal static partial class Interruption
{
    /// <summary>Says at once that the signal arrived. Dispose when the run has ended.</summary>
    public static CancellationTokenRegistration Announce(Action<string> note, CancellationToken cancellationToken) =>
        cancellationToken.Register(() => note("Stopping; the run is saved first. Ctrl-C (or any second signal) ends at once, without saving."));

    /// <summary>Whether a run has saved anything. The library writes a checkpoint before it ends, if it took a step. Before that, only what a teacher
    /// said can be lost, and it is kept.</summary>
    public static bool HasSaved(string folder) =>
        Directory.Exists(folder) && Directory.EnumerateFiles(folder).Any(path => SavedFile().IsMatch(Path.GetFileName(path)));

    /// <summary>Says how to resume.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="command">The command that resumes it.</param>
    /// <param name="screen">Where to print it.</param>
    /// <returns>The exit code.</returns>
    public static int Report(string folder, string command, Screen screen) => Report(folder, HasSaved(folder), command, screen);

    /// <summary>The same for a folder of several runs.</summary>
    public static int Report(string folder, bool isSaved, string command, Screen screen)
    {
        Warn(folder, isSaved, command, screen);
        screen.Result(new { isInterrupted = true, folder, isSaved, resumeCommand = command });
        return ExitCode.Interrupted;
    }

    /// <summary>The same for a command that has a result of its own for scripts.</summary>
    public static void Warn(string folder, bool isSaved, string command, Screen screen)
    {
        screen.Warn($"Interrupted; {(isSaved ? $"the run is saved in '{folder}'" : "no step was done, so there is nothing to save")}. To resume:");
        screen.Warn($"  {command}");
    }

    /// <summary>The names of the library's own files. A user's file may begin with <c>checkpoint-</c> too.</summary>
    [GeneratedRegex(@"^(checkpoint-[0-9]{10}\.safetensors|teacher\.bin)\z")]
    private static partial Regex SavedFile();
}
