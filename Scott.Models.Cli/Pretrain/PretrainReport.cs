using Scott.Models.Training;
using Spectre.Console;

namespace Scott.Models.Cli;

/// <summary>Says how a run went, which files it wrote, and what to do with them.</summary>
internal static class PretrainReport
{
    /// <param name="result">The run's result.</param>
    /// <param name="options">The command line's options.</param>
    /// <param name="wasFinished">Whether the run was finished before.</param>
    /// <param name="screen">Where to print it.</param>
    public static void Print(PretrainingResult result, PretrainOptions options, bool wasFinished, Screen screen)
    {
        PretrainingRecord last = result.History[^1];
        if (wasFinished)
            screen.Say("This run was finished before; there was nothing left to do.");

        string speed = string.Create(CultureInfo.InvariantCulture, $"{Speed(result.History):F1} images/s");
        screen.Say($"{RunReport.Length(last, result.EndedEarly)}, {speed}.");
        screen.Output.Write(Table(result.History));
        WatchedFigure watched = WatchedBy(options);
        if (result.BestEpoch is { } best)
            screen.Say($"Best epoch: {best.Epoch}, by {Describe(watched, best.Figure)}.");

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
            loss = last.Loss,
            effectiveRank = last.Health.EffectiveRank,
            meanCosine = last.Health.MeanCosine,
            bestEpoch = result.BestEpoch?.Epoch,
            bestFigure = result.BestEpoch?.Figure,
            bestFigureName = result.BestEpoch is null ? (WatchedFigure?)null : watched,
            unreadableImages = last.UnreadableImages,
            warnings = last.Warnings,
        });
    }

    /// <summary>The figure that chooses the best epoch, if there is one.</summary>
    private static WatchedFigure WatchedBy(PretrainOptions options)
    {
        WatchedFigure watched = options.ToTrainingOptions().Watched;
        return watched == WatchedFigure.Auto ? WatchedFigure.NeighborAccuracy : watched;
    }

    private static string Describe(WatchedFigure watched, double figure) => watched switch
    {
        WatchedFigure.EffectiveRank => $"effective rank {Figures.Number(figure, "F1")}",
        WatchedFigure.LinearAccuracy => $"linear probe's accuracy {Figures.Share(figure)}",
        _ => $"kNN accuracy {Figures.Share(figure)}",
    };

    private static Table Table(IReadOnlyList<PretrainingRecord> history)
    {
        Table table = new Table().AddColumn(string.Empty).AddColumn($"epoch {history[0].Epoch}").AddColumn($"epoch {history[^1].Epoch}");
        void Add(string name, IReadOnlyList<PretrainingRecord> records, Func<PretrainingRecord, string> figure) =>
            table.AddRow(name, figure(records[0]), figure(records[^1]));
        Add("loss", history, record => Figures.Number(record.Loss, "F4"));
        Add("effective rank of the features", history, record => Figures.Number(record.Health.EffectiveRank, "F1"));
        Add("mean cosine of the features (1: all alike)", history, record => Figures.Number(record.Health.MeanCosine, "F3"));
        Add("standard deviation of the features (0: all alike)", history, record => Figures.Number(record.Health.StandardDeviation, "F3"));
        PretrainingRecord[] evaluated = [.. history.Where(record => record.Accuracy is not null)];
        if (evaluated.Length > 0)
        {
            Add("kNN accuracy", evaluated, record => Figures.Share(record.Accuracy!.Value.NeighborTop1));
            Add("linear probe's accuracy", evaluated, record => Figures.Share(record.Accuracy!.Value.LinearTop1));
        }

        return table;
    }

    /// <summary>The speed over the whole run: the speed of each epoch counts by the time that it took.</summary>
    private static double Speed(IReadOnlyList<PretrainingRecord> history)
    {
        long[] steps = [.. history.Select((record, i) => record.Steps - (i > 0 ? history[i - 1].Steps : 0))];
        return steps.Sum() / history.Select((record, i) => steps[i] / record.ImagesPerSecond).Sum();
    }
}
