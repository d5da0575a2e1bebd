using System.Text.Json.Serialization.Metadata;
using Scott.Models.Weights;

namespace Scott.Models.Training;

/// <summary>
/// Writes a run's files: checkpoints, records, report, best model. An error of the file system is a <see cref="CheckpointException"/>. Once all steps
/// are taken it is kept instead of thrown, so that the trained model is not lost with its last checkpoint.
/// </summary>
internal sealed class RunFolder<TRecord>
    where TRecord : TrainingRecord
{
    private const string MetricsFile = "metrics.jsonl";
    private const string ReportFile = "report.html";
    private const string BestModelFile = "best.safetensors";

    private readonly TrainingRequest<TRecord> _request;
    private readonly ITrainingMethod<TRecord> _method;
    private readonly RunState<TRecord> _state;
    private readonly CheckpointStore? _store;
    private readonly ImageIdentity? _images;

    public RunFolder(TrainingRequest<TRecord> request, ITrainingMethod<TRecord> method, RunState<TRecord> state)
    {
        _request = request;
        _method = method;
        _state = state;
        if (request.Run.CheckpointFolder is { } folder)
        {
            _store = new CheckpointStore(folder, request.Run.KeptCheckpoints);
            _images = new ImageIdentity(method.Images, _store.Folder, request.Run, request.Logger);
        }
    }

    /// <summary>The first error after the last step.</summary>
    public CheckpointException? Error { get; private set; }

    /// <summary>Reserves the folder for this run.</summary>
    /// <returns>To be disposed when the run ends; <see langword="null"/> if the run has no folder.</returns>
    /// <exception cref="CheckpointException">Another run uses it, or it cannot be written.</exception>
    public IDisposable? Lock() => _store is null ? null : RunLock.Open(_store.Folder, _request.Logger);

    /// <summary>Returns the run to its newest checkpoint.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="CheckpointException">No checkpoint is sound, or the newest is of another run.</exception>
    public async Task<bool> ResumeAsync(CancellationToken cancellationToken)
    {
        if (_store is null || _images is null)
            return false;

        await _images.ReadAsync(cancellationToken).ConfigureAwait(true);
        void Report(string damage) => RunLog.Damaged(_request.Logger, damage);
        if (await _store.ReadNewestAsync(Report, cancellationToken).ConfigureAwait(true) is not { } checkpoint)
            return false;

        var resumer = new RunResumer<TRecord>(_request, _method, _state);
        await resumer.ResumeAsync(checkpoint, _store.Folder, _images, cancellationToken).ConfigureAwait(true);
        _state.CheckpointStep = checkpoint.Steps;
        return true;
    }

    /// <summary>Writes a checkpoint.</summary>
    /// <exception cref="CheckpointException">The disk is full, or the folder cannot be written, and steps remain.</exception>
    public Task SaveCheckpointAsync(CancellationToken cancellationToken) => WriteAsync(async (store, images) =>
    {
        await images.SaveAsync(cancellationToken).ConfigureAwait(true);
        var checkpoint = new TrainingCheckpoint(
            _state.Steps,
            (int)(_state.Steps / _state.Plan.StepsPerEpoch),
            _method.Identity,
            JsonSerializer.Serialize(_state.Capture(images.Digests), TrainingJsonContext.Default.SavedState),
            JsonSerializer.Serialize([.. _state.History], _method.HistoryFormat),
            _method.Runner.Export(),
            _state.BestWeights);
        _method.Runner.LastCheckpoint = await store.SaveAsync(checkpoint, cancellationToken).ConfigureAwait(true);
        _state.CheckpointStep = checkpoint.Steps;
    });

    /// <summary>Writes the records, the report and TensorBoard's events; whole each time, so that a resumed run has no epoch twice.</summary>
    /// <exception cref="CheckpointException">The disk is full, or the folder cannot be written, and steps remain.</exception>
    public Task WriteRecordsAsync(bool isRunning, CancellationToken cancellationToken) => WriteAsync(async (store, _) =>
    {
        var format = (JsonTypeInfo<TRecord>)_method.HistoryFormat.Options.GetTypeInfo(typeof(TRecord));
        byte[] lines = Encoding.UTF8.GetBytes(string.Concat(_state.History.Select(record => JsonSerializer.Serialize(record, format) + "\n")));
        await AtomicFile.WriteBytesAsync(Path.Combine(store.Folder, MetricsFile), lines, cancellationToken).ConfigureAwait(false);

        TrainingReport report = _method.Layout.CreateReport(_state, _method.Identity, isRunning);
        await HtmlReport.SaveAsync(Path.Combine(store.Folder, ReportFile), report, cancellationToken).ConfigureAwait(false);

        string events = Path.Combine(store.Folder, TensorBoardEvents.Folder);
        await TensorBoardEvents.WriteAsync(events, _method.Layout.Scalars(_state.History), cancellationToken).ConfigureAwait(false);
    });

    /// <summary>Writes the model of the best epoch.</summary>
    /// <exception cref="CheckpointException">The disk is full, or the folder cannot be written, and steps remain.</exception>
    public Task SaveBestModelAsync(WeightSet weights, TRecord record, CancellationToken cancellationToken) =>
        WriteAsync((store, _) => _method.SaveModelAsync(weights, record, Path.Combine(store.Folder, BestModelFile), cancellationToken));

    private async Task WriteAsync(Func<CheckpointStore, ImageIdentity, Task> write)
    {
        if (_store is null || _images is null)
            return;

        try
        {
            await write(_store, _images).ConfigureAwait(true);
        }
        catch (Exception exception) when (DiskFault.Is(exception))
        {
            var error = CheckpointException.Writing(_store.Folder, exception);
            if (!_state.IsTrained)
                throw error;

            RunLog.EndNotSaved(_request.Logger, error);
            Error ??= error;
        }
    }
}
