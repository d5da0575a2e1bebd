using System.Text.Json.Serialization.Metadata;
using Scott.Models.Weights;

namespace Scott.Models.Training;

/// <summary>Writes a run's files: checkpoints, records, report, best model. An error of the file system is a <see cref="CheckpointException"/>.
/// After the last step, the error is kept and not thrown, so that the trained model is not lost with its last checkpoint.</summary>
internal sealed class RunFolder<TRecord>(TrainingRequest<TRecord> request, ITrainingMethod<TRecord> method, RunState<TRecord> state)
    where TRecord : TrainingRecord
{
    public const string BestModelFile = "best.safetensors";

    private const string MetricsFile = "metrics.jsonl";
    private const string ReportFile = "report.html";

    private readonly CheckpointStore? _store = request.Run.CheckpointFolder is { } folder
        ? new CheckpointStore(folder, request.Run.KeptCheckpoints, deleted => RunLog.Damaged(request.Logger, deleted))
        : null;
    private readonly ImageIdentity _images = new(method.Images, request.Run, request.Logger);

    /// <summary>The first error after the last step.</summary>
    public CheckpointException? Error { get; private set; }

    /// <summary>Reserves the folder, if there is one, until the result is disposed.</summary>
    /// <exception cref="CheckpointException">Another run uses it, or it cannot be written.</exception>
    public IDisposable? Lock() => _store is null ? null : RunLock.Open(_store.Folder, request.Logger);

    /// <summary>Returns the run to its newest checkpoint, if there is one.</summary>
    /// <exception cref="CheckpointException">No checkpoint is sound, or the newest is of another run.</exception>
    public async Task<bool> ResumeAsync(CancellationToken cancellationToken)
    {
        if (_store is null)
            return false;

        await _images.ReadAsync(cancellationToken).ConfigureAwait(true);
        void Report(string damage) => RunLog.Damaged(request.Logger, damage);
        if (await _store.ReadNewestAsync(Report, cancellationToken).ConfigureAwait(true) is not { } checkpoint)
            return false;

        var resumer = new RunResumer<TRecord>(request, method, state, _store.Folder);
        await resumer.ResumeAsync(checkpoint, _images, cancellationToken).ConfigureAwait(true);
        (state.CheckpointStep, method.Runner.LastCheckpoint) = (checkpoint.Steps, checkpoint.Path);
        return true;
    }

    /// <exception cref="TrainingDivergedException">A weight is not finite. Nothing is written.</exception>
    public Task SaveCheckpointAsync(CancellationToken cancellationToken) => WriteAsync(async store =>
    {
        WeightSet trained = method.Runner.ExportFinite();
        await _images.SaveAsync(store.Folder, cancellationToken).ConfigureAwait(true);
        var checkpoint = new TrainingCheckpoint(
            state.Steps, (int)(state.Steps / state.Plan.StepsPerEpoch), method.Identity,
            JsonSerializer.Serialize(state.Capture(_images.Digests, method.Judge), TrainingJsonContext.Default.SavedState),
            JsonSerializer.Serialize([.. state.History], method.HistoryFormat), trained, state.BestWeights);
        method.Runner.LastCheckpoint = await store.SaveAsync(checkpoint, cancellationToken).ConfigureAwait(true);
        state.CheckpointStep = checkpoint.Steps;
    });

    /// <summary>Writes the records, the report and TensorBoard's events. It rewrites the files, so that a resumed run has no epoch twice.</summary>
    public Task WriteRecordsAsync(bool isRunning, CancellationToken cancellationToken) => WriteAsync(async store =>
    {
        var format = (JsonTypeInfo<TRecord>)method.HistoryFormat.Options.GetTypeInfo(typeof(TRecord));
        byte[] lines = Encoding.UTF8.GetBytes(string.Concat(state.History.Select(record => JsonSerializer.Serialize(record, format) + "\n")));
        await AtomicFile.WriteBytesAsync(Path.Combine(store.Folder, MetricsFile), lines, cancellationToken).ConfigureAwait(false);

        TrainingReport report = method.Layout.CreateReport(state, method.Identity, isRunning);
        await HtmlReport.SaveAsync(Path.Combine(store.Folder, ReportFile), report, cancellationToken).ConfigureAwait(false);

        string events = Path.Combine(store.Folder, TensorBoardEvents.Folder);
        await TensorBoardEvents.WriteAsync(events, method.Layout.Scalars(state.History), cancellationToken).ConfigureAwait(false);
    });

    public Task SaveBestModelAsync(WeightSet weights, TRecord record, CancellationToken cancellationToken) =>
        WriteAsync(store => method.SaveModelAsync(weights, record, Path.Combine(store.Folder, BestModelFile), cancellationToken));

    /// <exception cref="CheckpointException">The disk is full, or the folder cannot be written, and steps remain.</exception>
    private async Task WriteAsync(Func<CheckpointStore, Task> write)
    {
        if (_store is null)
            return;

        try
        {
            await write(_store).ConfigureAwait(true);
        }
        catch (Exception exception) when (DiskFault.Is(exception))
        {
            var error = CheckpointException.Writing(_store.Folder, exception);
            if (!state.IsTrained)
                throw error;

            RunLog.EndNotSaved(request.Logger, error);
            Error ??= error;
        }
    }
}
