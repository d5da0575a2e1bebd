using static System.FormattableString;

namespace Scott.Models.Training;

/// <summary>What the reports of one kind of training show, and how they show it.</summary>
internal sealed record ReportLayout<TRecord>
    where TRecord : TrainingRecord
{
    public required string Title { get; init; }
    public required string Subtitle { get; init; }
    /// <summary>Every figure of a record. TensorBoard gets all of them.</summary>
    public required IReadOnlyList<ReportFigure<TRecord>> Figures { get; init; }
    public required IReadOnlyList<ChartLayout> Charts { get; init; }
    /// <summary>The method's own columns in the table of epochs: header, and tag of the figure.</summary>
    public required IReadOnlyList<(string Header, string Tag)> Columns { get; init; }
    /// <summary>The method's own key figures; called with at least one record.</summary>
    public required Func<IReadOnlyList<TRecord>, IEnumerable<ReportFact>> Facts { get; init; }
    /// <summary>The method's own tables; called without records, too.</summary>
    public Func<IReadOnlyList<TRecord>, IEnumerable<ReportTable>> Tables { get; init; } = _ => [];

    public TrainingReport CreateReport(RunState<TRecord> state, string identity, bool isRunning) => new()
    {
        Title = Title,
        Subtitle = Subtitle,
        State = Describe(state, isRunning),
        IsRunning = isRunning,
        Warnings = state.History.Count > 0 ? state.History[^1].Warnings : [],
        Facts = [.. ListFacts(state)],
        Charts = [.. Charts.Where(chart => !chart.IsOptional || HasAny(state.History, chart)).Select(chart => Draw(state.History, chart))],
        Tables = [ListEpochs(state.History), .. Tables(state.History), ListSettings(identity)],
    };

    /// <summary>Every finite figure of every epoch.</summary>
    public IEnumerable<(string Tag, double Value, long Step)> Scalars(IReadOnlyList<TRecord> history) => history.SelectMany(record =>
        Figures.Select(figure => (figure.Tag, Value: figure.Of(record), record.Steps)).Where(scalar => double.IsFinite(scalar.Value)));

    private static string Describe(RunState<TRecord> state, bool isRunning)
    {
        (long steps, TrainingPlan plan) = (state.Steps, state.Plan);
        return isRunning ? Invariant($"epoch {Math.Min(state.History.Count + 1, plan.TotalEpochs)} of {plan.TotalEpochs}, running")
            : steps >= plan.TotalSteps && state.Epoch.Steps == 0 ? "finished" // The last epoch has its record.
            : state.EndedEarly ? Invariant($"ended early, at step {steps} of {plan.TotalSteps}")
            : Invariant($"stopped at step {steps} of {plan.TotalSteps}; ") + (state.CheckpointStep is { } saved
                ? Invariant($"run it again to resume from step {saved}")
                : "it has no checkpoint to resume from");
    }

    private IEnumerable<ReportFact> ListFacts(RunState<TRecord> state)
    {
        yield return new("Steps", Invariant($"{state.Steps} of {state.Plan.TotalSteps}"));
        yield return new("Time", Duration(state.Elapsed.TotalSeconds), "evaluation and checkpoints included");
        if (state.History.Count == 0)
            yield break;

        TRecord last = state.History[^1];
        yield return new("Time left", Duration(last.RemainingSeconds), "at the mean speed of the last 20 epochs");
        yield return new("Images per second", ReportNumber.Format(last.ImagesPerSecond), "in the last epoch, loading included");
        foreach (ReportFact fact in Facts(state.History))
            yield return fact;

        if (state.Best is { } best)
            yield return new("Best epoch", Invariant($"{best.Epoch}"), "by the watched figure");
        if (last.UnreadableImages > 0)
            yield return new("Unreadable images", Invariant($"{last.UnreadableImages}"), "other images took their places");
    }

    private bool HasAny(IReadOnlyList<TRecord> history, ChartLayout chart) =>
        history.Any(record => chart.Tags.Any(tag => double.IsFinite(Figure(tag).Of(record))));

    private ReportChart Draw(IReadOnlyList<TRecord> history, ChartLayout chart) =>
        new(chart.Title, chart.Explanation, "epoch", chart.Unit, [.. chart.Tags.Select(tag => Series(history, Figure(tag)))], chart.IsLogarithmic);

    private static ReportSeries Series(IReadOnlyList<TRecord> history, ReportFigure<TRecord> figure)
    {
        TRecord[] finite = [.. history.Where(record => double.IsFinite(figure.Of(record)))];
        return new ReportSeries(figure.Name, [.. finite.Select(record => (double)record.Epoch)], [.. finite.Select(figure.Of)]);
    }

    private ReportTable ListEpochs(IReadOnlyList<TRecord> history) => new(
        "Epochs",
        ["epoch", "steps", "loss", .. Columns.Select(column => column.Header), "images/s"],
        [.. history.Select(record => (IReadOnlyList<string>)
        [
            Invariant($"{record.Epoch}"),
            Invariant($"{record.Steps}"),
            ReportNumber.Format(record.Loss),
            .. Columns.Select(column => Figure(column.Tag).Format(record)),
            ReportNumber.Format(record.ImagesPerSecond),
        ])]);

    private static ReportTable ListSettings(string identity) => new(
        "Settings", ["setting", "value"],
        [.. SettingsJson.Flatten(identity).Select(entry => (IReadOnlyList<string>)[entry.Key, entry.Value.Trim('"')])]);

    private ReportFigure<TRecord> Figure(string tag) => Figures.Single(figure => figure.Tag == tag);

    private static string Duration(double seconds) => TimeSpan.FromSeconds(Math.Round(seconds)).ToString("c", CultureInfo.InvariantCulture);
}

/// <summary>A figure of a record: its name in TensorBoard and layouts, its name in a chart's legend, and its value, NaN for none.</summary>
/// <remarks>A share is from 0 to 1; tables show it as a percentage.</remarks>
internal sealed record ReportFigure<TRecord>(string Tag, string Name, Func<TRecord, double> Of, bool IsShare = false)
{
    public string Format(TRecord record) => !IsShare ? ReportNumber.Format(Of(record))
        : double.IsNaN(Of(record)) ? string.Empty
        : ReportNumber.Percent(Of(record));
}

/// <summary>A chart of some figures over the epochs.</summary>
internal sealed record ChartLayout(
    string Title, string Explanation, string Unit, IReadOnlyList<string> Tags, bool IsLogarithmic = false, bool IsOptional = false);
