using System.Globalization;
using Scott.Models.Pretraining;
using Spectre.Console;

namespace PretrainAndFineTune.Display;

/// <summary>For terminals: a bar over all steps, and above it a line per epoch.</summary>
internal sealed class BarView : IRunView
{
    private const int BarWidth = 20;

    private readonly IAnsiConsole _console;
    private readonly EpochLines _lines;
    private readonly ProgressTask _bar;
    private bool _hasHeader;

    private BarView(IAnsiConsole console, EpochLines lines, ProgressTask bar)
    {
        _console = console;
        _lines = lines;
        _bar = bar;
    }

    public static Task<T> ShowAsync<T>(IAnsiConsole console, EpochLines lines, Func<IRunView, Task<T>> work) =>
        console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = BarWidth }, new PercentageColumn())
            .StartAsync(context => work(new BarView(console, lines, context.AddTask("preparing").IsIndeterminate())));

    public void Step(PretrainingProgress progress)
    {
        _bar.IsIndeterminate = false;
        _bar.Description = string.Create(
            CultureInfo.InvariantCulture,
            $"epoch {progress.Epoch}/{progress.TotalEpochs}  loss {progress.Loss:F4}  {progress.ImagesPerSecond:F1} images/s  {EpochLines.Time(progress.Remaining)} left");
        _bar.MaxValue = progress.TotalSteps;
        _bar.Value = progress.Step;
    }

    // What goes to the console that the bar is on appears above it.
    public void Epoch(EpochRecord record)
    {
        if (!_hasHeader)
        {
            _hasHeader = true;
            _console.MarkupLineInterpolated($"[bold]{_lines.Header}[/]");
        }

        _console.WriteLine(_lines.Format(record));
    }

    public void Note(string line) => _console.MarkupLineInterpolated($"[yellow]{line}[/]");
}
