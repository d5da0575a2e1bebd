using Scott.Models.Foundation;
using Scott.Models.Inference;
using Spectre.Console;

namespace Scott.Models.Cli;

/// <summary>Shows how many images are done: a bar on a terminal, a line now and then elsewhere.</summary>
internal static class ImageProgress
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(3);

    /// <param name="screen">Where to show it.</param>
    /// <param name="total">How many there are, unless the progress says so; 0 if nobody knows.</param>
    /// <param name="work">Reports the progress.</param>
    /// <param name="noun">What is counted.</param>
    public static Task RunAsync(Screen screen, int total, Func<IProgress<InferenceProgress>, Task> work, string noun = "image")
    {
        if (!screen.ShowsProgress)
            return work(ProgressBars.Listen<InferenceProgress>(_ => { }));

        return screen.ShowsProgressBar ? RunWithBarAsync(screen.Progress, total, work, noun) : work(Lines(screen, total, noun));
    }

    /// <summary>Takes one result after the other, and completes the CSV file with those that were taken, also if the work is interrupted or
    /// fails.</summary>
    /// <param name="screen">Where to show the progress.</param>
    /// <param name="total">How many images there are.</param>
    /// <param name="results">The results of a run that reports the progress.</param>
    /// <param name="takeAsync">Takes a result.</param>
    /// <param name="csv">The file that it writes to, or <see langword="null"/>.</param>
    /// <param name="cancellationToken">Interrupts the work.</param>
    /// <returns>Whether the work was interrupted.</returns>
    public static async Task<bool> TakeAsync<T>(
        Screen screen,
        int total,
        Func<IProgress<InferenceProgress>, IAsyncEnumerable<T>> results,
        Func<T, Task> takeAsync,
        CsvFile? csv,
        CancellationToken cancellationToken)
    {
        bool isInterrupted = false;
        await RunAsync(screen, total, async progress =>
        {
            try
            {
                await foreach (T result in results(progress))
                    await takeAsync(result);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                isInterrupted = true;
            }
            finally
            {
                await CsvFile.CompleteAsync(csv);
            }
        });
        return isInterrupted;
    }

    private static Task RunWithBarAsync(IAnsiConsole console, int total, Func<IProgress<InferenceProgress>, Task> work, string noun) =>
        console.Progress()
            .AutoClear(true)
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                ProgressTask bar = context.AddTask($"0/{total}", maxValue: Math.Max(1, total));
                await work(ProgressBars.Listen<InferenceProgress>(progress =>
                {
                    bar.Description = Describe(progress, total, noun);
                    bar.IsIndeterminate = progress.Total is null && total == 0;
                    bar.MaxValue = Math.Max(1, progress.Total ?? total);
                    bar.Value = progress.Completed;
                }));
            });

    private static IProgress<InferenceProgress> Lines(Screen screen, int total, string noun)
    {
        TimeSpan next = BetweenLines;
        return ProgressBars.Listen<InferenceProgress>(progress =>
        {
            if (progress.Elapsed >= next)
            {
                next = progress.Elapsed + BetweenLines;
                string left = progress.Remaining is { } time ? $", {Figures.Time(time)} left" : string.Empty;
                screen.Note(Describe(progress, total, noun) + left);
            }
        });
    }

    private static string Describe(InferenceProgress progress, int total, string noun)
    {
        string count = progress.Total is null && total == 0
            ? Plural.Of(progress.Completed, noun)
            : string.Create(CultureInfo.InvariantCulture, $"{progress.Completed}/{Plural.Of(progress.Total ?? total, noun)}");
        return string.Create(CultureInfo.InvariantCulture, $"{count}, {progress.ImagesPerSecond:F1}/s");
    }
}
