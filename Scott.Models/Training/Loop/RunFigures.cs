using System.Globalization;

namespace Scott.Models.Training;

/// <summary>The figures of one kind of training's records, and what reports and TensorBoard's events make of them.</summary>
/// <param name="all">Each figure's tag, its name in a chart, and where it stands in a record: not a number where the record has none.</param>
internal sealed class RunFigures<TRecord>(params (string Tag, string Name, Func<TRecord, double> Of)[] all)
    where TRecord : TrainingRecord
{
    /// <summary>Every figure of every epoch.</summary>
    public IEnumerable<(string Tag, double Value, long Step)> Scalars(IReadOnlyList<TRecord> history) => history.SelectMany(record =>
        all.Select(figure => (figure.Tag, Value: figure.Of(record), record.Steps)).Where(scalar => double.IsFinite(scalar.Value)));

    /// <summary>Some figures over the epochs.</summary>
    /// <param name="history">The records.</param>
    /// <param name="title">Of the chart.</param>
    /// <param name="explanation">A sentence on how to read it.</param>
    /// <param name="unit">What runs upwards.</param>
    /// <param name="isLogarithmic">Whether that is logarithmic.</param>
    /// <param name="tags">The figures.</param>
    public ReportChart Chart(IReadOnlyList<TRecord> history, string title, string explanation, string unit, bool isLogarithmic, params string[] tags) =>
        new(title, explanation, "epoch", unit, [.. tags.Select(tag => Series(history, tag))], isLogarithmic);

    /// <summary>How far a run is, in words.</summary>
    public static string State(RunStatus<TRecord> status)
    {
        (RunJournal<TRecord> journal, long steps, TrainingPlan plan, bool isRunning) = status;
        if (isRunning)
        {
            return Invariant($"epoch {Math.Min(journal.History.Count + 1, plan.TotalEpochs)} of {plan.TotalEpochs}, running");
        }

        return steps >= plan.TotalSteps ? "finished"
            : journal.EndedEarly ? Invariant($"ended early, at step {steps} of {plan.TotalSteps}")
            : Invariant($"stopped at step {steps} of {plan.TotalSteps}; started again, it goes on from its last checkpoint");
    }

    /// <summary>The key figures that every run has, with others between them.</summary>
    /// <param name="status">Where the run stands.</param>
    /// <param name="own">The training's own, of the last record.</param>
    public static IReadOnlyList<ReportFact> Facts(RunStatus<TRecord> status, Func<TRecord, IEnumerable<ReportFact>> own)
    {
        RunJournal<TRecord> journal = status.Journal;
        List<ReportFact> facts =
        [
            new("Steps", Invariant($"{status.Steps} of {status.Plan.TotalSteps}")),
            new("Time", Duration(journal.Elapsed.TotalSeconds), "evaluation and checkpoints included"),
        ];
        if (journal.History.Count == 0)
        {
            return facts;
        }

        TRecord last = journal.History[^1];
        facts.Add(new ReportFact("Time left", Duration(last.RemainingSeconds), "at the rate so far"));
        facts.Add(new ReportFact("Images per second", ReportNumber.Format(last.ImagesPerSecond), "in the last epoch, loading included"));
        facts.AddRange(own(last));
        if (journal.Best is { } best)
        {
            facts.Add(new ReportFact("Best epoch", Invariant($"{best.Epoch}"), "by the watched figure"));
        }

        if (last.UnreadableImages > 0)
        {
            facts.Add(new ReportFact("Unreadable images", Invariant($"{last.UnreadableImages}"), "others took their places"));
        }

        return facts;
    }

    /// <summary>Every setting of a run.</summary>
    /// <param name="identity">As JSON.</param>
    public static ReportTable Settings(string identity) => new(
        "Settings", ["setting", "value"], [.. RunSettings.Flatten(identity).Select(entry => (IReadOnlyList<string>)[entry.Key, entry.Value.Trim('"')])]);

    private ReportSeries Series(IReadOnlyList<TRecord> history, string tag)
    {
        (_, string name, Func<TRecord, double> of) = all.Single(figure => figure.Tag == tag);
        TRecord[] with = [.. history.Where(record => double.IsFinite(of(record)))];
        return new ReportSeries(name, [.. with.Select(record => (double)record.Epoch)], [.. with.Select(of)]);
    }

    private static string Duration(double seconds) => TimeSpan.FromSeconds(Math.Round(seconds)).ToString("c", CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
