using Scott.Models.Weights;

namespace Scott.Models.Training;

/// <summary>At an epoch's end: examines what is trained, writes the record, keeps the weights if they are the best so far.</summary>
internal sealed class EpochRecorder<TRecord>
    where TRecord : TrainingRecord
{
    private const string BestModelFile = "best.safetensors";

    private readonly TrainingRequest<TRecord> _request;
    private readonly ITrainingMethod<TRecord> _method;
    private readonly RunFiles _files;

    /// <param name="request">The run.</param>
    /// <param name="method">What it trains.</param>
    /// <param name="files">Where records and the best model go.</param>
    public EpochRecorder(TrainingRequest<TRecord> request, ITrainingMethod<TRecord> method, RunFiles files)
    {
        _request = request;
        _method = method;
        _files = files;
    }

    /// <param name="epoch">From 1.</param>
    /// <param name="plan">The run's.</param>
    /// <param name="journal">Gets the record.</param>
    /// <param name="cancellationToken">Cancels the evaluation.</param>
    public async Task<TRecord> RecordAsync(int epoch, TrainingPlan plan, RunJournal<TRecord> journal, CancellationToken cancellationToken)
    {
        TRecord record = await _method.ExamineAsync(Summarize(epoch, plan, journal), journal.History, cancellationToken).ConfigureAwait(true);
        journal.EndEpoch(record);
        foreach (string warning in record.Warnings)
        {
            RunLog.Warning(_request.Logger, record.Epoch, warning);
        }

        await KeepIfBestAsync(record, journal, cancellationToken).ConfigureAwait(true);
        await WriteAsync(plan, journal, isRunning: _method.Runner.Steps < plan.TotalSteps, cancellationToken).ConfigureAwait(true);
        return record;
    }

    /// <summary>Writes the records as they are, if the run has a folder.</summary>
    /// <exception cref="CheckpointException">The disk is full, or the folder cannot be written.</exception>
    public Task WriteAsync(TrainingPlan plan, RunJournal<TRecord> journal, bool isRunning, CancellationToken cancellationToken)
    {
        var status = new RunStatus<TRecord>(journal, _method.Runner.Steps, plan, isRunning);
        return _files.WriteAsync(folder => new RunRecords<TRecord>(_method, folder).WriteAsync(status, cancellationToken));
    }

    /// <summary>Whether so many epochs have brought nothing better that the run is to end.</summary>
    public bool IsOutOfPatience(int epoch, RunJournal<TRecord> journal)
    {
        if (_request.Patience is not { } patience || journal.Best is not { } best || epoch - best.Epoch < patience)
        {
            return false;
        }

        RunLog.OutOfPatience(_request.Logger, best.Epoch);
        return true;
    }

    private EpochSummary Summarize(int epoch, TrainingPlan plan, RunJournal<TRecord> journal)
    {
        IStepRunner runner = _method.Runner;
        double rate = journal.Epoch.Steps * (double)runner.ImagesPerStep / journal.Epoch.Seconds;
        return new EpochSummary(epoch, runner.Steps, plan, journal.Epoch, rate, journal.Elapsed, runner.UnreadableImages);
    }

    private async Task KeepIfBestAsync(TRecord record, RunJournal<TRecord> journal, CancellationToken cancellationToken)
    {
        if (_method.Watched(record) is not { } figure || figure <= journal.Best?.Figure)
        {
            return;
        }

        WeightSet weights = _method.Product();
        journal.SetBest(new BestEpoch(record.Epoch, figure), weights);
        await _files.WriteAsync(folder => _request.SaveModelAsync(weights, record, Path.Combine(folder, BestModelFile), cancellationToken)).ConfigureAwait(true);
    }
}
