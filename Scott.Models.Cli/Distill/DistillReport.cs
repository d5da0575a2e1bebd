using Scott.Models.Training;
using Spectre.Console;

namespace Scott.Models.Cli;

/// <summary>Says how a run went: before, after and the teacher; which files it wrote, and what to do with them.</summary>
internal static class DistillReport
{
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

        screen.Say($"{RunReport.Length(last, result.EndedEarly)}.");
        if (last.Accuracy is { } accuracy)
            screen.Output.Write(Compare(options.Model, result.StartAccuracy, accuracy, teacher.Name, result.TeacherAccuracy));

        RunReport.PrintProblems(last, result.CheckpointError, screen);
        WrittenFiles.Print(options.OutputPath, WrittenFiles.OfBackbone, screen);
        RunReport.SuggestNext(options.OutputPath, screen);
        screen.Result(new
        {
            folder = options.OutputPath,
            model = Path.Combine(options.OutputPath, WrittenFiles.ModelFile),
            files = WrittenFiles.Find(options.OutputPath, WrittenFiles.OfBackbone),
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
