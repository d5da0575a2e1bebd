using System.Text;
using System.Text.Json;
using Scott.Models.Common;

namespace Scott.Models.Pretraining;

/// <summary>Writes a run's records into its folder, whole each time, so that a resumed run's files have no epoch twice.</summary>
internal sealed class RunRecords(string folder)
{
    private const string MetricsFile = "metrics.jsonl";

    public async Task WriteAsync(IReadOnlyList<EpochRecord> history, CancellationToken cancellationToken)
    {
        string lines = string.Concat(history.Select(record => JsonSerializer.Serialize(record, PretrainingJsonContext.Default.EpochRecord) + "\n"));
        await WriteTextAsync(MetricsFile, lines, cancellationToken).ConfigureAwait(false);
    }

    private Task WriteTextAsync(string name, string text, CancellationToken cancellationToken) => AtomicFile.WriteAsync(
        Path.Combine(folder, name), (stream, token) => stream.WriteAsync(Encoding.UTF8.GetBytes(text), token).AsTask(), cancellationToken);
}
