using Scott.Models.Metrics;

namespace Scott.Models.Cli;

/// <summary>Runs a comparison of vectors on the pool, and shows how far it is.</summary>
internal static class ComparisonBar
{
    public static Task<T> ShowAsync<T>(Screen screen, string title, Func<IProgress<ComparisonProgress>, T> compare) => ProgressBars.ShowAsync(
        screen, title, report => Task.Run(() => compare(
            ProgressBars.Listen<ComparisonProgress>(progress => report("images", progress.Completed, progress.Total)))));
}
