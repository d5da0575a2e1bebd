using System.Globalization;
using PretrainAndFineTune.Display;
using PretrainAndFineTune.Running;
using Samples.Shared;
using Scott.Models;
using Scott.Models.Foundation;
using Scott.Models.Training;
using Spectre.Console;

namespace PretrainAndFineTune.Pretrain;

/// <summary>Says how a run went, which files it wrote, and what to do with them.</summary>
internal static class PretrainReport
{
    private static readonly (string Name, string Holds)[] Files =
    [
        (PretrainRun.ModelFile, "the model after the last step"),
        ("best.safetensors", "the model after the best epoch"),
        ("report.html", "the run as curves"),
        ("metrics.jsonl", "every epoch's figures"),
        ("tensorboard", "the same for TensorBoard"),
    ];

    /// <param name="result">The run's.</param>
    /// <param name="options">What it was asked for.</param>
    /// <param name="wasFinished">Whether the run had come to its end before.</param>
    /// <param name="screen">Where to.</param>
    public static void Print(PretrainingResult result, PretrainOptions options, bool wasFinished, Screen screen)
    {
        PretrainingRecord last = result.History[^1];
        if (wasFinished)
        {
            screen.Say("This run was finished before; nothing was left to do.");
        }

        screen.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"{Plural.Of(last.Steps, "step")}, {Plural.Of(last.Epoch, "epoch")}{(result.EndedEarly ? " (ended early)" : string.Empty)} in {Figures.Time(last.ElapsedSeconds)}, {Speed(result.History):F1} images/s."));
        screen.Output.Write(Table(result.History));
        if (result.BestEpoch is { } best)
        {
            screen.Say(string.Create(CultureInfo.InvariantCulture, $"Best epoch: {best.Epoch}, by {(options.HasLabels ? $"kNN accuracy {Figures.Share(best.Figure)}" : $"effective rank {best.Figure:F1}")}."));
        }

        if (result.CheckpointError is { } error)
        {
            screen.Warn($"warning: {error.Message}");
        }

        if (last.UnreadableImages > 0)
        {
            screen.Warn($"{Plural.Of(last.UnreadableImages, "image")} could not be read.");
        }

        foreach (string warning in last.Warnings)
        {
            screen.Warn($"warning: {warning}");
        }

        WrittenFiles.Print(options.OutputPath, Files, screen);
    }

    /// <summary>Says what the model is good for.</summary>
    public static void SuggestNext(PretrainOptions options, Screen screen)
    {
        string model = ShellCommand.Quote(Path.Combine(options.OutputPath, PretrainRun.ModelFile));
        screen.Say("Next, make a classifier of it, or find images that look alike to it:");
        screen.Say($"  dotnet run -c Release --project samples/PretrainAndFineTune -- finetune LABELLED --model {model}");
        screen.Say($"  dotnet run --project samples/ExtractFeatures -- IMAGES --model {model} --similar IMAGE");
    }

    private static Table Table(IReadOnlyList<PretrainingRecord> history)
    {
        Table table = new Table().AddColumn(string.Empty).AddColumn($"epoch {history[0].Epoch}").AddColumn($"epoch {history[^1].Epoch}");
        void Add(string name, IReadOnlyList<PretrainingRecord> records, Func<PretrainingRecord, string> figure) => table.AddRow(name, figure(records[0]), figure(records[^1]));
        Add("loss", history, record => Figures.Number(record.Loss, "F4"));
        Add("effective rank of the features", history, record => Figures.Number(record.Health.EffectiveRank, "F1"));
        Add("their mean cosine (1: all alike)", history, record => Figures.Number(record.Health.MeanCosine, "F3"));
        Add("their standard deviation (0: all alike)", history, record => Figures.Number(record.Health.StandardDeviation, "F3"));
        PretrainingRecord[] evaluated = [.. history.Where(record => record.Accuracy is not null)];
        if (evaluated.Length > 0)
        {
            Add("kNN accuracy", evaluated, record => Figures.Share(record.Accuracy!.Value.NeighborTop1));
            Add("linear probe's accuracy", evaluated, record => Figures.Share(record.Accuracy!.Value.LinearTop1));
        }

        return table;
    }

    /// <summary>Over the whole run: each epoch's rate weighs as the time that it held.</summary>
    private static double Speed(IReadOnlyList<PretrainingRecord> history)
    {
        long[] steps = [.. history.Select((record, i) => record.Steps - (i > 0 ? history[i - 1].Steps : 0))];
        return steps.Sum() / history.Select((record, i) => steps[i] / record.ImagesPerSecond).Sum();
    }
}
