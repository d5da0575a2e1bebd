using Samples.Shared;

namespace PretrainAndFineTune.Running;

/// <summary>What is said when a signal stops a run.</summary>
internal static class Interruption
{
    /// <summary>Says at once that it was heard. Dispose when the run has ended.</summary>
    public static CancellationTokenRegistration Announce(Action<string> note, CancellationToken cancellationToken) =>
        cancellationToken.Register(() => note("Stopping; what was learned is saved first. Ctrl-C (or any second signal) ends at once, without saving."));

    /// <summary>Says how to go on.</summary>
    /// <param name="folder">The run's.</param>
    /// <param name="arguments">Of the command that goes on.</param>
    /// <param name="screen">Where to.</param>
    /// <returns>The exit code.</returns>
    public static int Report(string folder, IReadOnlyList<string> arguments, Screen screen)
    {
        // The library writes a checkpoint before it lets go, if a step was done. The last step that it told of may be the one before.
        bool isSaved = Directory.Exists(folder) && Directory.EnumerateFiles(folder, "checkpoint-*").Any();
        screen.Warn($"Interrupted; {(isSaved ? $"the run is saved in '{folder}'" : "no step was done, so there is nothing to save")}. To go on:");
        screen.Warn($"  {ShellCommand.Of(arguments)}");
        return ExitCode.Interrupted;
    }
}
