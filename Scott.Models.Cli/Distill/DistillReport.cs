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

        // The last epoch of a run that ended early may have no accuracy.
        DistillationRecord? measured = result.History.LastOrDefault(record => record.Accuracy is not null);
        if (wasFinished)
            screen.Say("This run was finished before; there was nothing left to do.");

        screen.Say($"{RunReport.Length(last, result.EndedEarly)}.");
        if (measured is not null)
            screen.Output.Write(Compare(options.Model, measured, teacher.Name, result));

        RunReport.PrintProblems(last, result.CheckpointError, screen);
        IReadOnlyList<(string, string)> files = WrittenFiles.OfBackbone(result.BestEpoch);
        WrittenFiles.Print(options.OutputPath, files, screen);
        RunReport.SuggestNext(options.OutputPath, screen);
        screen.Result(new
        {
            folder = options.OutputPath,
            model = Path.Combine(options.OutputPath, WrittenFiles.ModelFile),
            files = WrittenFiles.Find(options.OutputPath, files),
            wasFinished,
            steps = last.Steps,
            epochs = last.Epoch,
            endedEarly = result.EndedEarly,
            seconds = last.ElapsedSeconds,
            vectorLoss = last.VectorLoss,
            effectiveRank = last.Health.EffectiveRank,
            before = result.StartAccuracy,
            after = measured?.Accuracy,
            afterEpoch = measured?.Epoch,
            teacher = result.TeacherAccuracy,
            bestEpoch = result.BestEpoch?.Epoch,
            unreadableImages = last.UnreadableImages,
            warnings = last.Warnings,
        });
    }

    private static Table Compare(string model, DistillationRecord measured, string teacher, DistillationResult result)
    {
        Table table = new Table().AddColumns("frozen features", "kNN", "linear");
        void Add(string name, FrozenAccuracy? accuracy)
        {
            if (accuracy is { } found)
                table.AddRow(Markup.Escape(name), Figures.Share(found.NeighborTop1), Figures.Share(found.LinearTop1));
        }

        Add($"before: {model}", result.StartAccuracy);
        Add($"after epoch {measured.Epoch}", measured.Accuracy);
        Add($"the teacher: {teacher}", result.TeacherAccuracy);
        return table;
    }
}
