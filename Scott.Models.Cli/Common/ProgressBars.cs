using System.Diagnostics;
using Spectre.Console;

namespace Scott.Models.Cli;

/// <summary>Shows the progress of longer work: a bar on a terminal, a line now and then elsewhere.</summary>
internal static class ProgressBars
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(20);

    /// <param name="screen">Where to show it.</param>
    /// <param name="title">What is done.</param>
    /// <param name="work">Does the work, and reports its stage, what is done and the total, from any thread.</param>
    public static Task<T> ShowAsync<T>(Screen screen, string title, Func<Action<string, long, long>, Task<T>> work)
    {
        if (!screen.ShowsProgressBar)
        {
            screen.Note($"{title}.");
            return work(new Lines(screen, title).Report);
        }

        return screen.Progress.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn())
            .StartAsync(context =>
            {
                ProgressTask bar = context.AddTask(Markup.Escape(title)).IsIndeterminate();
                return work((stage, done, total) =>
                {
                    bar.IsIndeterminate = false;
                    bar.Description = Markup.Escape($"{title}: {stage}");
                    bar.MaxValue = total;
                    bar.Value = done;
                });
            });
    }

    /// <summary>Passes reports on at once, on the thread that makes them, unlike <see cref="Progress{T}"/>.</summary>
    public static IProgress<T> Listen<T>(Action<T> report) => new Listener<T>(report);

    /// <summary>The name of a stage as words: EncodingTraining is "encoding training".</summary>
    public static string Words(Enum stage) =>
        string.Concat(stage.ToString().Select(letter => char.IsUpper(letter) ? $" {char.ToLowerInvariant(letter)}" : $"{letter}")).TrimStart();

    private sealed class Listener<T>(Action<T> report) : IProgress<T>
    {
        public void Report(T value) => report(value);
    }

    /// <summary>Writes lines for a log, at least an interval apart; short work writes none.</summary>
    private sealed class Lines(Screen screen, string title)
    {
        private readonly Lock _lock = new();
        private long _last = Stopwatch.GetTimestamp();

        public void Report(string stage, long done, long total)
        {
            lock (_lock)
            {
                if (Stopwatch.GetElapsedTime(_last) >= BetweenLines)
                {
                    _last = Stopwatch.GetTimestamp();
                    screen.Note(string.Create(CultureInfo.InvariantCulture, $"{title}: {stage}, {done} of {total}."));
                }
            }
        }
    }
}
