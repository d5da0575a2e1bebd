using Scott.Models.Foundation;
using Scott.Models.Training;

namespace Scott.Models.Cli;

/// <summary>What the reports of all kinds of training say.</summary>
internal static class RunReport
{
    /// <summary>How long the run was.</summary>
    public static string Length(TrainingRecord last, bool endedEarly) =>
        $"{Plural.Of(last.Steps, "step")}, {Plural.Of(last.Epoch, "epoch")}{(endedEarly ? " (ended early)" : string.Empty)} "
        + $"in {Figures.Time(last.ElapsedSeconds)}";

    /// <summary>What went wrong without ending the run.</summary>
    public static void PrintProblems(TrainingRecord last, CheckpointException? checkpointError, Screen screen)
    {
        if (checkpointError is not null)
            screen.Warn($"warning: {Faults.Describe(checkpointError)}");
        if (last.UnreadableImages > 0)
            screen.Warn($"{Plural.Of(last.UnreadableImages, "image")} could not be read.");

        foreach (string warning in last.Warnings)
            screen.Warn($"warning: {Faults.InWordsOfTheTool(warning)}");
    }

    /// <summary>What to do with a trained backbone.</summary>
    public static void SuggestNext(string folder, Screen screen)
    {
        string model = ShellCommand.Quote(Path.Combine(folder, WrittenFiles.ModelFile));
        screen.Say("Next, make a classifier of it, or search images with it:");
        screen.Say($"  scott finetune LABELED --model {model}");
        screen.Say($"  scott search IMAGE IMAGES --model {model}");
    }
}
