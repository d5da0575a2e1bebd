using Scott.Models.Foundation;
using Scott.Models.Inference;
using Spectre.Console;

namespace Scott.Models.Cli;

/// <summary>Shows how many images are done: a bar on a terminal, a line now and then elsewhere.</summary>
internal static class ImageProgress
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(3);

    public static Task RunAsync(Screen screen, int total, Func<IProgress<InferenceProgress>, Task> work)
    {
        if (!screen.ShowsProgress)
            return work(ProgressBars.Listen<InferenceProgress>(_ => { }));

        return screen.ShowsProgressBar ? RunWithBarAsync(screen.Progress, total, work) : work(Lines(screen, total));
    }

    private static Task RunWithBarAsync(IAnsiConsole console, int total, Func<IProgress<InferenceProgress>, Task> work) =>
        console.Progress()
            .AutoClear(true)
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                ProgressTask bar = context.AddTask($"0/{total}", maxValue: total);
                await work(ProgressBars.Listen<InferenceProgress>(progress =>
                {
                    bar.Description = Describe(progress, total);
                    bar.Value = progress.Completed;
                }));
            });

    private static IProgress<InferenceProgress> Lines(Screen screen, int total)
    {
        TimeSpan next = BetweenLines;
        return ProgressBars.Listen<InferenceProgress>(progress =>
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
}
