using Scott.Models.Weights;

namespace Scott.Models.Training;

/// <summary>Ends an epoch: evaluates the networks, writes the record, keeps the best weights, decides whether the run ends.</summary>
internal sealed class EpochRecorder<TRecord>(
    TrainingRequest<TRecord> request, ITrainingMethod<TRecord> method, RunState<TRecord> state, RunFolder<TRecord> folder)
    where TRecord : TrainingRecord
{
    /// <param name="epoch">From 1.</param>
    /// <param name="cancellationToken">Cancels the evaluation.</param>
    public async Task<TRecord> RecordAsync(int epoch, CancellationToken cancellationToken)
    {
        double speed = state.Epoch.Steps * (double)method.Runner.ImagesPerStep / state.Epoch.Seconds;
        var summary = new EpochSummary(epoch, state.Steps, state.Plan, state.Epoch, speed, state.Elapsed, method.Runner.UnreadableImages);
        TRecord record = summary.Complete(await method.EvaluateEpochAsync(summary, state.History, cancellationToken).ConfigureAwait(true));
        state.EndEpoch(record);
        foreach (string warning in record.Warnings)
            RunLog.Warning(request.Logger, record.Epoch, warning);

        if (method.Watched(record) is { } figure && !(figure <= state.Best?.Figure))
        {
            WeightSet weights = method.ExportWeights();
            state.SetBest(new BestEpoch(record.Epoch, figure), weights);
            await folder.SaveBestModelAsync(weights, record, cancellationToken).ConfigureAwait(true);
        }

        await folder.WriteRecordsAsync(isRunning: state.Steps < state.Plan.TotalSteps, cancellationToken).ConfigureAwait(true);
        return record;
    }

    /// <summary>Asks the app, and looks at the best epoch, whether the run ends after an epoch.</summary>
    public async Task DecideEndAsync(TRecord record, CancellationToken cancellationToken)
    {
        bool continues = await request.OnEpoch(record, cancellationToken).ConfigureAwait(true);
        state.EndedEarly = state.Steps < state.Plan.TotalSteps && (!continues || IsOutOfPatience(record.Epoch));
    }

    private bool IsOutOfPatience(int epoch)
    {
        if (method.Options.Patience is not { } patience || state.Best is not { } best || epoch - best.Epoch < patience)
            return false;

        RunLog.OutOfPatience(request.Logger, best.Epoch);
        return true;
    }
}
