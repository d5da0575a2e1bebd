using System.Globalization;
using Samples.Shared;
using Scott.Models.Foundation;
using Scott.Models.Inference;
using Spectre.Console;

namespace ExtractFeatures.Running;

/// <summary>Shows how far a run is: a bar on a terminal, a line now and then elsewhere.</summary>
internal static class ProgressDisplay
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(3);

    public static Task RunAsync(Screen screen, int total, Func<IProgress<InferenceProgress>, Task> work)
    {
        if (!screen.ShowsProgress)
        {
            return work(new Reporter(_ => { }));
        }

        return screen.ShowsProgressBar ? RunWithBarAsync(screen.Progress, total, work) : work(Lines(screen, total));
    }

    private static Task RunWithBarAsync(IAnsiConsole console, int total, Func<IProgress<InferenceProgress>, Task> work) =>
        console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                ProgressTask bar = context.AddTask($"0/{total}", maxValue: total);
                await work(new Reporter(progress =>
                {
                    bar.Description = Describe(progress, total);
                    bar.Value = progress.Completed;
                }));
            });

    private static Reporter Lines(Screen screen, int total)
    {
        TimeSpan next = BetweenLines;
        return new Reporter(progress =>
        {
            if (progress.Elapsed >= next)
            {
                next = progress.Elapsed + BetweenLines;
                screen.Note($"{Describe(progress, total)}, {progress.Remaining:hh\\:mm\\:ss} left");
            }
        });
    }

    private static string Describe(InferenceProgress progress, int total) =>
        string.Create(CultureInfo.InvariantCulture, $"{progress.Completed}/{Plural.Of(total, "image")}, {progress.ImagesPerSecond:F1}/s");

    /// <summary>Unlike <see cref="Progress{T}"/> it tells at once, in order, on the run's thread.</summary>
    private sealed class Reporter(Action<InferenceProgress> report) : IProgress<InferenceProgress>
    {
        public void Report(InferenceProgress value) => report(value);
    }
}
