using System.Text;
using System.Text.Json;
using Scott.Models.Common;
using Scott.Models.Reports;

namespace Scott.Models.Pretraining;

/// <summary>Writes a run's records into its folder, whole each time, so that a resumed run's files have no epoch twice.</summary>
/// <param name="request">The run.</param>
/// <param name="folder">Where its checkpoints are.</param>
internal sealed class RunRecords(PretrainingRequest request, string folder)
{
    private const string MetricsFile = "metrics.jsonl";
    private const string ReportFile = "report.html";
    private const string TensorBoardFolder = "tensorboard";

    private readonly string _identity = RunIdentity.Of(request).ToJson();

    /// <param name="journal">The records.</param>
    /// <param name="steps">The steps taken.</param>
    /// <param name="plan">The run's steps in all.</param>
    /// <param name="isRunning">Whether the run goes on.</param>
    /// <param name="cancellationToken">Cancels between files.</param>
    public async Task WriteAsync(RunJournal journal, long steps, PretrainingPlan plan, bool isRunning, CancellationToken cancellationToken)
    {
        string lines = string.Concat(journal.History.Select(record => JsonSerializer.Serialize(record, PretrainingJsonContext.Default.EpochRecord) + "\n"));
        await AtomicFile.WriteAsync(
            Path.Combine(folder, MetricsFile), (stream, token) => stream.WriteAsync(Encoding.UTF8.GetBytes(lines), token).AsTask(), cancellationToken).ConfigureAwait(false);
        TrainingReport report = PretrainingReport.Build(request, _identity, journal, steps, plan, isRunning);
        await HtmlReport.SaveAsync(Path.Combine(folder, ReportFile), report, cancellationToken).ConfigureAwait(false);
        await TensorBoardEvents.WriteAsync(Path.Combine(folder, TensorBoardFolder), PretrainingReport.Scalars(journal.History), cancellationToken).ConfigureAwait(false);
    }
}
