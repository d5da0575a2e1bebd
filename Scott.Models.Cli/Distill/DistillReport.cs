using Scott.Models.Foundation;
using Scott.Models.Training;
using Spectre.Console;

namespace Scott.Models.Cli;

/// <summary>Says how a run went: before, after and the teacher; which files it wrote, and what to do with them.</summary>
internal static class DistillReport
{
    private static readonly (string Name, string Holds)[] Files =
    [
        (DistillRun.ModelFile, "the student after the last step"),
        ("best.safetensors", "the student after the best epoch"),
        ("report.html", "the run as curves"),
        ("metrics.jsonl", "every epoch's figures"),
        ("tensorboard", "the same for TensorBoard"),
    ];

    /// <param name="result">The run's result.</param>
    /// <param name="teacher">The teacher.</param>
    /// <param name="options">The command line's options.</param>
    /// <param name="wasFinished">Whether the run was finished before.</param>
    /// <param name="screen">Where to print it.</param>
    public static void Print(DistillationResult result, DistillationTeacher teacher, DistillOptions options, bool wasFinished, Screen screen)
    {
        DistillationRecord last = result.History[^1];
        if (wasFinished)
            screen.Say("This run was finished before; there was nothing left to do.");

        screen.Say($"{Plural.Of(last.Steps, "step")}, {Plural.Of(last.Epoch, "epoch")} in {Figures.Time(last.ElapsedSeconds)}.");
        if (last.Accuracy is { } accuracy)
            screen.Output.Write(Compare(options.Model, result.StartAccuracy, accuracy, teacher.Name, result.TeacherAccuracy));
        if (result.CheckpointError is { } error)
            screen.Warn($"warning: {error.Message}");
        if (last.UnreadableImages > 0)
            screen.Warn($"{Plural.Of(last.UnreadableImages, "image")} could not be read.");

        foreach (string warning in last.Warnings)
            screen.Warn($"warning: {warning}");

        WrittenFiles.Print(options.OutputPath, Files, screen);
        string model = ShellCommand.Quote(Path.Combine(options.OutputPath, DistillRun.ModelFile));
        screen.Say("Next, search images with it, or make a classifier of it:");
        screen.Say($"  scott search IMAGE IMAGES --model {model}");
        screen.Say($"  scott finetune LABELED --model {model}");
        screen.Result(new
        {
            folder = options.OutputPath,
            model = Path.Combine(options.OutputPath, DistillRun.ModelFile),
            files = WrittenFiles.Find(options.OutputPath, Files),
            wasFinished,
            steps = last.Steps,
            epochs = last.Epoch,
            endedEarly = result.EndedEarly,
            seconds = last.ElapsedSeconds,
            vectorLoss = last.VectorLoss,
            effectiveRank = last.Health.EffectiveRank,
            before = result.StartAccuracy,
            after = last.Accuracy,
            teacher = result.TeacherAccuracy,
            bestEpoch = result.BestEpoch?.Epoch,
            unreadableImages = last.UnreadableImages,
            warnings = last.Warnings,
        });
    }

    private static Table Compare(string model, FrozenAccuracy? before, FrozenAccuracy after, string teacher, FrozenAccuracy? ofTeacher)
    {
        Table table = new Table().AddColumns("frozen features", "kNN", "linear");
        void Add(string name, FrozenAccuracy? accuracy)
        {
            if (accuracy is { } found)
                table.AddRow(Markup.Escape(name), Figures.Share(found.NeighborTop1), Figures.Share(found.LinearTop1));
        }

        Add($"before: {model}", before);
        Add("after", after);
        Add($"the teacher: {teacher}", ofTeacher);
        return table;
    }
}
