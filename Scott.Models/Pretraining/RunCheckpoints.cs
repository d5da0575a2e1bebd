using System.Text.Json;
using Scott.Models.Errors;

namespace Scott.Models.Pretraining;

/// <summary>Takes a run into its checkpoints and back, and refuses one that was begun with other settings.</summary>
internal sealed class RunCheckpoints
{
    private readonly PretrainingRequest _request;
    private readonly CheckpointStore? _store;
    private readonly string _identity;

    /// <param name="request">The run, with every setting decided.</param>
    public RunCheckpoints(PretrainingRequest request)
    {
        _request = request;
        _store = request.Run.CheckpointFolder is { } folder ? new CheckpointStore(folder, request.Run.KeptCheckpoints) : null;
        _identity = RunIdentity.Of(request).ToJson();
    }

    /// <summary>Goes back to the newest checkpoint.</summary>
    /// <returns>The plan to go on with, or <see langword="null"/> if there is no checkpoint.</returns>
    /// <exception cref="CheckpointException">None is sound, or the settings are others.</exception>
    public async Task<PretrainingPlan?> ResumeAsync(JepaStep step, PretrainingPlan plan, RunJournal journal, CancellationToken cancellationToken)
    {
        if (_store is null
            || await _store.ReadNewestAsync(message => RunLog.Damaged(_request.Logger, message), cancellationToken).ConfigureAwait(true) is not { } checkpoint)
        {
            return null;
        }

        IReadOnlyList<string> changed = RunIdentity.Differences(checkpoint.Options, _identity);
        if (changed.Count > 0 && !_request.Run.AllowChangedOptions)
        {
            throw new CheckpointException(
                _store.Folder, $"it was begun with other settings: {string.Join("; ", changed)}. Set them back, choose another folder, or set AllowChangedOptions.");
        }

        foreach (string change in changed)
        {
            RunLog.Changed(_request.Logger, change);
        }

        step.Restore(checkpoint.State, checkpoint.Steps);
        RunState state = JsonSerializer.Deserialize(checkpoint.Run, PretrainingJsonContext.Default.RunState)!;
        journal.Restore(state, JsonSerializer.Deserialize(checkpoint.History, PretrainingJsonContext.Default.ListEpochRecord)!, checkpoint.Best);
        journal.EndedEarly &= changed.Count == 0;
        RunLog.Resumed(_request.Logger, checkpoint.Steps, _store.Folder);
        return _request.Options.TimeBudget is null ? plan : new PretrainingPlan(_request.Options, plan.StepsPerEpoch, state.Pace);
    }

    /// <returns>The file, or <see langword="null"/> if the run keeps none.</returns>
    public async Task<string?> SaveAsync(JepaStep step, PretrainingPlan plan, RunJournal journal, CancellationToken cancellationToken)
    {
        if (_store is null)
        {
            return null;
        }

        var checkpoint = new PretrainingCheckpoint(
            step.Steps,
            (int)(step.Steps / plan.StepsPerEpoch),
            _identity,
            JsonSerializer.Serialize(journal.Capture(plan.Pace), PretrainingJsonContext.Default.RunState),
            JsonSerializer.Serialize([.. journal.History], PretrainingJsonContext.Default.ListEpochRecord),
            step.Export(),
            journal.BestWeights);
        return await _store.SaveAsync(checkpoint, cancellationToken).ConfigureAwait(true);
    }
}
