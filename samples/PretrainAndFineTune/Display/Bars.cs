using Samples.Shared;
using Spectre.Console;

namespace PretrainAndFineTune.Display;

/// <summary>How far something is that takes more than a moment: a bar on a terminal, a line elsewhere.</summary>
internal static class Bars
{
    /// <param name="screen">Where to.</param>
    /// <param name="title">What is done.</param>
    /// <param name="work">Does it, and says its stage and how much of how much is done; by any thread.</param>
    public static Task<T> ShowAsync<T>(Screen screen, string title, Func<Action<string, long, long>, Task<T>> work)
    {
        if (!screen.ShowsProgressBar)
        {
            screen.Note($"{title}.");
            return work((_, _, _) => { });
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
}
