using System.Text;
using System.Text.Json;

namespace Scott.Models.Training;

/// <summary>Writes a run's records into its folder, whole each time, so that a resumed run's files have no epoch twice.</summary>
/// <param name="method">Of the run.</param>
/// <param name="folder">Where its checkpoints are.</param>
internal sealed class RunRecords<TRecord>(ITrainingMethod<TRecord> method, string folder)
    where TRecord : TrainingRecord
{
    private const string MetricsFile = "metrics.jsonl";
    private const string ReportFile = "report.html";

    /// <param name="status">Where the run stands.</param>
    /// <param name="cancellationToken">Cancels between files.</param>
    public async Task WriteAsync(RunStatus<TRecord> status, CancellationToken cancellationToken)
    {
        IReadOnlyList<TRecord> history = status.Journal.History;
        string lines = string.Concat(history.Select(record => JsonSerializer.Serialize(record, method.RecordFormat) + "\n"));
        await AtomicFile.WriteBytesAsync(Path.Combine(folder, MetricsFile), Encoding.UTF8.GetBytes(lines), cancellationToken).ConfigureAwait(false);
        await HtmlReport.SaveAsync(Path.Combine(folder, ReportFile), method.Report(status), cancellationToken).ConfigureAwait(false);
        await TensorBoardEvents.WriteAsync(Path.Combine(folder, RunFiles.TensorBoardFolder), method.Scalars(history), cancellationToken).ConfigureAwait(false);
    }
}
