using Samples.Shared;
using Scott.Models.Pretraining;
using Scott.Models.Training;

namespace PretrainAndFineTune.Display;

/// <summary>Shows a run while it goes on.</summary>
/// <param name="lines">The table of epochs.</param>
internal abstract class RunView(EpochLines lines)
{
    private bool _hasHeader;

    /// <summary>On a terminal a bar with the epochs above it, else the epochs alone.</summary>
    public static Task<T> ShowAsync<T>(Screen screen, EpochLines lines, Func<RunView, Task<T>> work) =>
        screen.Output.Profile.Capabilities.Interactive && !Console.IsOutputRedirected
            ? BarView.ShowAsync(screen.Output, lines, work)
            : work(new LineView(screen, lines));

    public abstract void Step(TrainingProgress progress);

    public void Epoch(PretrainingRecord record)
    {
        if (!_hasHeader)
        {
            _hasHeader = true;
            Row(lines.Header);
        }

        Row(lines.Format(record));
        foreach (string warning in lines.NewWarnings(record))
        {
            Note($"warning: {warning}");
        }
    }

    /// <summary>Something to know about the run. By any thread.</summary>
    public abstract void Note(string line);

    /// <summary>A line of the table.</summary>
    protected abstract void Row(string line);
}
