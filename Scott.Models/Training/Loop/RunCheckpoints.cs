using System.Text.Json;
using Scott.Models.Weights;

namespace Scott.Models.Training;

/// <summary>Takes a run into its checkpoints and back, and refuses one that was begun with other settings.</summary>
internal sealed class RunCheckpoints<TRecord>
    where TRecord : TrainingRecord
{
    private readonly TrainingRequest<TRecord> _request;
    private readonly ITrainingMethod<TRecord> _method;
    private readonly RunFiles _files;
    private readonly CheckpointStore? _store;
    private readonly ImageIdentity? _images;

    /// <param name="request">The run, with every setting decided.</param>
    /// <param name="method">What it trains.</param>
    /// <param name="files">Where checkpoints go.</param>
    public RunCheckpoints(TrainingRequest<TRecord> request, ITrainingMethod<TRecord> method, RunFiles files)
    {
        _request = request;
        _files = files;
        _method = method;
        _store = files.Folder is { } folder ? new CheckpointStore(folder, request.Run.KeptCheckpoints) : null;
        _images = _store is null ? null : new ImageIdentity(request.Images, _store.Folder, request.Run, request.Logger);
    }

    /// <summary>The step of the newest checkpoint.</summary>
    public long? NewestStep { get; private set; }

    /// <summary>Goes back to the newest checkpoint.</summary>
    /// <returns>The plan to go on with, or <see langword="null"/> if there is no checkpoint.</returns>
    /// <exception cref="CheckpointException">None is sound, or the settings or images are others.</exception>
    public async Task<TrainingPlan?> ResumeAsync(TrainingPlan plan, RunJournal<TRecord> journal, CancellationToken cancellationToken)
    {
        if (_store is null || _images is null)
        {
            return null;
        }

        await _images.ReadAsync(cancellationToken).ConfigureAwait(true);
        if (await _store.ReadNewestAsync(message => RunLog.Damaged(_request.Logger, message), cancellationToken).ConfigureAwait(true) is not { } checkpoint)
        {
            return null;
        }

        (RunState state, List<TRecord> history) = ReadRecords(checkpoint, _store.Folder);
        bool isSame = await RequireSameAsync(_store.Folder, _images, checkpoint.Options, state.Images, cancellationToken).ConfigureAwait(true);
        TrainingPlan resumed = _request.TimeBudget is null ? plan : plan.At(state.Pace);
        if (!isSame)
        {
            RequireSameShapes(_store.Folder, checkpoint.State);
            RequireARecord(_store.Folder, checkpoint.Steps, resumed.TotalSteps, history.Count);
        }

        _method.Runner.Restore(checkpoint.State, checkpoint.Steps);
        journal.Restore(state, history, checkpoint.Best);
        journal.EndedEarly &= isSame;
        NewestStep = checkpoint.Steps;
        RunLog.Resumed(_request.Logger, checkpoint.Steps, _store.Folder);
        return resumed;
    }

    /// <summary>Writes a checkpoint, if the run keeps any.</summary>
    /// <exception cref="CheckpointException">The disk is full, or the folder cannot be written.</exception>
    public async Task SaveAsync(TrainingPlan plan, RunJournal<TRecord> journal, CancellationToken cancellationToken)
    {
        if (_store is not null && _images is not null)
        {
            await _files.WriteAsync(_ => WriteAsync(_store, _images, plan, journal, cancellationToken)).ConfigureAwait(true);
        }
    }

    private async Task WriteAsync(CheckpointStore store, ImageIdentity images, TrainingPlan plan, RunJournal<TRecord> journal, CancellationToken cancellationToken)
    {
        await images.SaveAsync(cancellationToken).ConfigureAwait(true);
        IStepRunner runner = _method.Runner;
        var checkpoint = new TrainingCheckpoint(
            runner.Steps,
            (int)(runner.Steps / plan.StepsPerEpoch),
            _request.Identity,
            JsonSerializer.Serialize(journal.Capture(plan.Pace) with { Images = images.Digests }, TrainingJsonContext.Default.RunState),
            JsonSerializer.Serialize([.. journal.History], _method.HistoryFormat),
            runner.Export(),
            journal.BestWeights);
        runner.LastCheckpoint = await store.SaveAsync(checkpoint, cancellationToken).ConfigureAwait(true);
        NewestStep = checkpoint.Steps;
    }

    /// <exception cref="CheckpointException">The records are not of this kind of run, or of this version.</exception>
    private (RunState State, List<TRecord> History) ReadRecords(TrainingCheckpoint checkpoint, string folder)
    {
        try
        {
            return (
                JsonSerializer.Deserialize(checkpoint.Run, TrainingJsonContext.Default.RunState)!,
                JsonSerializer.Deserialize(checkpoint.History, _method.HistoryFormat)!);
        }
        catch (JsonException exception)
        {
            throw CheckpointException.CannotResume(
                CheckpointFault.OtherRun,
                folder,
                $"its records are of another kind of run, or of another version of the library: {exception.Message} Choose another folder.",
                exception);
        }
    }

    /// <summary>Refuses a checkpoint of other networks, which no option can make fit.</summary>
    /// <exception cref="CheckpointException">A tensor is missing, unknown, or of another shape.</exception>
    private void RequireSameShapes(string folder, WeightSet state)
    {
        WeightSet expected = _method.Runner.Export();
        string? difference = expected.Select(tensor => Difference(tensor, state)).FirstOrDefault(found => found is not null)
            ?? state.Where(tensor => !expected.TryGet(tensor.Name, out _)).Select(tensor => $"'{tensor.Name}' is there; expected no such tensor").FirstOrDefault();
        if (difference is not null)
        {
            throw CheckpointException.CannotResume(
                CheckpointFault.OtherRun,
                folder,
                $"its networks are of another architecture: {difference}. AllowChangedOptions cannot make them fit. "
                    + "Set architecture, head and scope back, or choose another folder.");
        }
    }

    private static string? Difference(WeightTensor expected, WeightSet state) =>
        !state.TryGet(expected.Name, out WeightTensor? stored) ? $"'{expected.Name}' is missing"
        : stored.Shape.SequenceEqual(expected.Shape) ? null
        : $"'{expected.Name}' is {WeightTensor.Describe(stored.Shape)}; expected {WeightTensor.Describe(expected.Shape)}";

    /// <summary>Changed settings can end before the checkpoint. Then its last record is the result, if there is one.</summary>
    private static void RequireARecord(string folder, long taken, long planned, int records)
    {
        if (taken > planned && records == 0)
        {
            throw CheckpointException.CannotResume(
                CheckpointFault.OtherRun,
                folder,
                $"its checkpoint is of step {taken}, and the changed settings end at step {planned}. Train for more epochs, or choose another folder.");
        }
    }

    /// <summary>Compares settings and images with those of a checkpoint.</summary>
    /// <returns>Whether all are the same; what is not was logged.</returns>
    /// <exception cref="CheckpointException">Something changed, and that is not allowed.</exception>
    private async Task<bool> RequireSameAsync(
        string folder, ImageIdentity images, string options, IReadOnlyDictionary<string, string>? digests, CancellationToken cancellationToken)
    {
        if (digests is null)
        {
            RunLog.ImagesUnknown(_request.Logger, folder);
        }

        IReadOnlyList<string> settings = RunSettings.Differences(options, _request.Identity);
        IReadOnlyList<string> changed = digests is null ? [] : await images.DifferencesAsync(digests, cancellationToken).ConfigureAwait(true);
        if (settings.Count + changed.Count > 0 && !_request.Run.AllowChangedOptions)
        {
            string begun = settings.Count > 0 ? $"it was begun with other settings: {string.Join("; ", settings)}" : string.Empty;
            string learned = changed.Count > 0 ? $"its images have changed since: {string.Join("; ", changed)}" : string.Empty;
            string both = settings.Count > 0 && changed.Count > 0 ? "; and " : string.Empty;
            throw CheckpointException.CannotResume(
                CheckpointFault.OtherRun, folder, $"{begun}{both}{learned}. Set them back, choose another folder, or set AllowChangedOptions.");
        }

        foreach (string change in settings)
        {
            RunLog.Changed(_request.Logger, change);
        }

        foreach (string change in changed)
        {
            RunLog.ChangedImages(_request.Logger, change);
        }

        return settings.Count + changed.Count == 0;
    }
}
