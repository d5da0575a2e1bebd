using Scott.Models.Training;

namespace Scott.Models.Cli;

/// <summary>Shows a run in progress.</summary>
/// <param name="table">The table of epochs.</param>
internal abstract class RunView<TRecord>(EpochTable<TRecord> table)
    where TRecord : TrainingRecord
{
    private bool _hasHeader;

    /// <summary>On a terminal a bar with the epochs above it, otherwise the epochs alone.</summary>
    public static Task<T> ShowAsync<T>(Screen screen, EpochTable<TRecord> table, Func<RunView<TRecord>, Task<T>> work) =>
        screen.ShowsOutputBar
            ? BarView<TRecord>.ShowAsync(screen.Output, table, work)
            : work(new LineView<TRecord>(screen, table));

    public abstract void Step(TrainingProgress progress);

    public void Epoch(TRecord record)
    {
        if (!_hasHeader)
        {
            _hasHeader = true;
            Row(table.Header);
        }

        Row(table.Format(record));
        foreach (string warning in table.NewWarnings(record))
            Note($"warning: {Faults.InWordsOfTheTool(warning)}");
    }

    /// <summary>Shows something to know about the run. Callable from any thread.</summary>
    public abstract void Note(string line);

    /// <summary>A line of the table.</summary>
    protected abstract void Row(string line);
}

/// <summary>Connects runs with views.</summary>
internal static class RunViews
{
    /// <summary>Makes a run report to a view.</summary>
    /// <param name="run">The run.</param>
    /// <param name="view">The view.</param>
    /// <param name="onStep">Called after each step, too.</param>
    /// <param name="ignoresShared">Whether the run measures images that it learns from on purpose.</param>
    public static TBuilder ShowIn<TBuilder, TOptions, TRecord, TResult>(
        this TrainingBuilder<TBuilder, TOptions, TRecord, TResult> run, RunView<TRecord> view, Action onStep, bool ignoresShared = false)
        where TBuilder : TrainingBuilder<TBuilder, TOptions, TRecord, TResult>
        where TOptions : TrainingOptions
        where TRecord : TrainingRecord => run
            .WithLogger(new ViewLogger(view.Note) { IgnoresShared = ignoresShared })
            .OnStep((progress, _) =>
            {
                onStep();
                view.Step(progress);
                return ValueTask.CompletedTask;
            })
            .OnEpoch((record, _) =>
            {
                view.Epoch(record);
                return ValueTask.FromResult(true);
            });
}
