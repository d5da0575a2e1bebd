using System.Text.Json;
using Scott.Models.Errors;

namespace Scott.Models.Training;

/// <summary>Takes a run into its checkpoints and back, and refuses one that was begun with other settings.</summary>
internal sealed class RunCheckpoints<TRecord>
    where TRecord : TrainingRecord
{
    private readonly TrainingRequest<TRecord> _request;
    private readonly ITrainingMethod<TRecord> _method;
    private readonly CheckpointStore? _store;

    /// <param name="request">The run, with every setting decided.</param>
    /// <param name="method">What it trains.</param>
    public RunCheckpoints(TrainingRequest<TRecord> request, ITrainingMethod<TRecord> method)
    {
        _request = request;
        _method = method;
        _store = request.Run.CheckpointFolder is { } folder ? new CheckpointStore(folder, request.Run.KeptCheckpoints) : null;
    }

    /// <summary>The step of the newest checkpoint.</summary>
    public long? NewestStep { get; private set; }

    /// <summary>Goes back to the newest checkpoint.</summary>
    /// <returns>The plan to go on with, or <see langword="null"/> if there is no checkpoint.</returns>
    /// <exception cref="CheckpointException">None is sound, or the settings are others.</exception>
    public async Task<TrainingPlan?> ResumeAsync(TrainingPlan plan, RunJournal<TRecord> journal, CancellationToken cancellationToken)
    {
        if (_store is null
            || await _store.ReadNewestAsync(message => RunLog.Damaged(_request.Logger, message), cancellationToken).ConfigureAwait(true) is not { } checkpoint)
        {
            return null;
        }

        IReadOnlyList<string> changed = RunSettings.Differences(checkpoint.Options, _request.Identity);
        if (changed.Count > 0 && !_request.Run.AllowChangedOptions)
        {
            throw new CheckpointException(
                _store.Folder, $"it was begun with other settings: {string.Join("; ", changed)}. Set them back, choose another folder, or set AllowChangedOptions.");
        }

        foreach (string change in changed)
        {
            RunLog.Changed(_request.Logger, change);
        }

        _method.Runner.Restore(checkpoint.State, checkpoint.Steps);
        RunState state = JsonSerializer.Deserialize(checkpoint.Run, TrainingJsonContext.Default.RunState)!;
        journal.Restore(state, JsonSerializer.Deserialize(checkpoint.History, _method.HistoryFormat)!, checkpoint.Best);
        journal.EndedEarly &= changed.Count == 0;
        NewestStep = checkpoint.Steps;
        RunLog.Resumed(_request.Logger, checkpoint.Steps, _store.Folder);
        return _request.TimeBudget is null ? plan : plan.At(state.Pace);
    }

    /// <summary>Writes a checkpoint, if the run keeps any.</summary>
    public async Task SaveAsync(TrainingPlan plan, RunJournal<TRecord> journal, CancellationToken cancellationToken)
    {
        if (_store is null)
        {
            return;
        }

        IStepRunner runner = _method.Runner;
        var checkpoint = new TrainingCheckpoint(
            runner.Steps,
            (int)(runner.Steps / plan.StepsPerEpoch),
            _request.Identity,
            JsonSerializer.Serialize(journal.Capture(plan.Pace), TrainingJsonContext.Default.RunState),
            JsonSerializer.Serialize([.. journal.History], _method.HistoryFormat),
            runner.Export(),
            journal.BestWeights);
        runner.LastCheckpoint = await _store.SaveAsync(checkpoint, cancellationToken).ConfigureAwait(true);
        NewestStep = checkpoint.Steps;
    }
}
