using Scott.Models.Training;
using Spectre.Console;

namespace Scott.Models.Cli;

/// <summary>Shows a run on a terminal: a bar over all steps, with everything else above it.</summary>
internal sealed class BarView<TRecord> : RunView<TRecord>
    where TRecord : TrainingRecord
{
    private const int BarWidth = 16;

    private readonly IAnsiConsole _console;
    private readonly ProgressTask _bar;

    private BarView(IAnsiConsole console, EpochTable<TRecord> table, ProgressTask bar)
        : base(table)
    {
        _console = console;
        _bar = bar;
    }

    public static Task<T> ShowAsync<T>(IAnsiConsole console, EpochTable<TRecord> table, Func<RunView<TRecord>, Task<T>> work) =>
        console.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = BarWidth }, new PercentageColumn())
            .StartAsync(context => work(new BarView<TRecord>(console, table, context.AddTask("preparing").IsIndeterminate())));

    public override void Step(TrainingProgress progress)
    {
        _bar.IsIndeterminate = false;
        _bar.Description = string.Create(
            CultureInfo.InvariantCulture,
            $"epoch {progress.Epoch}/{progress.TotalEpochs}  loss {progress.Loss:F4}  {progress.ImagesPerSecond:F1}/s  ")
            + $"{Figures.Time(progress.Remaining)} left";
        _bar.MaxValue = progress.TotalSteps;
        _bar.Value = progress.Step;
    }

    public override void Note(string line) => _console.MarkupLineInterpolated($"[yellow]{line}[/]");

    protected override void Row(string line) => _console.WriteLine(line);
}
