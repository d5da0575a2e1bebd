using System.Diagnostics;
using Scott.Models.Torch;

namespace Scott.Models.Training;

/// <summary>
/// Carries out a run of any training: epochs of steps, a record of each epoch, checkpoints, and going on from one. A run that was stopped at any
/// moment ends in the same bits as one that was not, on the CPU with the same number of threads.
/// </summary>
/// <remarks>
/// Every draw follows from the seed and the step's number, so that a checkpoint holds no random state. All of this folder that calls torch comes
/// back from its awaits to the thread that it was started on: see <see cref="TorchThread"/>.
/// </remarks>
internal sealed class TrainingRun<TRecord>
    where TRecord : TrainingRecord
{
    private readonly TrainingRequest<TRecord> _request;
    private readonly ITrainingMethod<TRecord> _method;
    private readonly IStepRunner _runner;
    private readonly RunFiles _files;
    private readonly RunCheckpoints<TRecord> _checkpoints;
    private readonly EpochRecorder<TRecord> _recorder;
    private readonly RunJournal<TRecord> _journal = new();
    private readonly IProgress<TrainingProgress>? _progress;
    private TrainingPlan _plan;
    private long _firstStep;

    /// <param name="request">The run.</param>
    /// <param name="method">What it trains.</param>
    /// <param name="progress">Told after each step.</param>
    public TrainingRun(TrainingRequest<TRecord> request, ITrainingMethod<TRecord> method, IProgress<TrainingProgress>? progress)
    {
        _request = request;
        _method = method;
        _runner = method.Runner;
        _files = new RunFiles(request.Run.CheckpointFolder, () => IsTrained, request.Logger);
        _checkpoints = new RunCheckpoints<TRecord>(request, method, _files);
        _recorder = new EpochRecorder<TRecord>(request, method, _files);
        _progress = progress;
        _plan = new TrainingPlan(request.Schedules, _runner.StepsPerEpoch);
    }

    private bool IsTrained => _runner.Steps >= _plan.TotalSteps || _journal.EndedEarly;

    /// <summary>Trains to the end, from the newest checkpoint if there is one.</summary>
    /// <exception cref="CheckpointException">The folder cannot be used: see <see cref="CheckpointFault"/>.</exception>
    public async Task<TrainingOutcome<TRecord>> RunAsync(CancellationToken cancellationToken)
    {
        using Activity? activity = _request.Operation.Start();
        try
        {
            return await CarryOutAsync(cancellationToken).ConfigureAwait(true);
        }
        catch (Exception exception)
        {
            Operation.Fail(activity, exception, cancellationToken);
            throw;
        }
    }

    private async Task<TrainingOutcome<TRecord>> CarryOutAsync(CancellationToken cancellationToken)
    {
        using RunLock? held = _files.Folder is { } folder ? RunLock.Open(folder, _request.Logger) : null;
        if (await _checkpoints.ResumeAsync(_plan, _journal, cancellationToken).ConfigureAwait(true) is { } resumed)
        {
            _plan = resumed;
        }
        else
        {
            await FitBudgetAsync(cancellationToken).ConfigureAwait(true);
        }

        await _recorder.WriteAsync(_plan, _journal, isRunning: true, cancellationToken).ConfigureAwait(true);
        await TrainAsync(cancellationToken).ConfigureAwait(true);
        await _recorder.WriteAsync(_plan, _journal, isRunning: false, cancellationToken).ConfigureAwait(true);
        return new TrainingOutcome<TRecord>(_method.Product(), _journal.History, _journal.BestWeights, _journal.Best, _journal.EndedEarly, _files.Error);
    }

    private async Task FitBudgetAsync(CancellationToken cancellationToken)
    {
        if (_request.TimeBudget is { } limit)
        {
            long steps = await new TimeBudget(limit).GuessAsync(_runner, _plan, cancellationToken).ConfigureAwait(true);
            RunLog.Planned(_request.Logger, steps, limit);
            _plan = _plan.At(PlanPace.Even(steps));
        }
    }

    private async Task TrainAsync(CancellationToken cancellationToken)
    {
        _firstStep = _runner.Steps;
        long begun = Stopwatch.GetTimestamp();
        long saved = begun;
        try
        {
            await FinishEpochAsync(cancellationToken).ConfigureAwait(true);
            while (!IsTrained)
            {
                int epoch = (int)(_runner.Steps / _plan.StepsPerEpoch) + 1;
                long stepBegun = Stopwatch.GetTimestamp();

                // A time budget changes the plan between steps.
                await foreach (StepResult result in _runner.RunEpochAsync(() => _plan, cancellationToken).ConfigureAwait(true))
                {
                    TimeSpan stepTime = Stopwatch.GetElapsedTime(stepBegun);
                    _journal.AddStep(result, stepTime);
                    _request.Operation.RecordBatch(_runner.ImagesPerStep, 0, stepTime);
                    KeepWithinBudget();
                    TRecord? record = _plan.EndsEpoch(_runner.Steps)
                        ? await _recorder.RecordAsync(epoch, _plan, _journal, cancellationToken).ConfigureAwait(true)
                        : null;
                    TrainingProgress report = Progress(epoch, result.Loss, Stopwatch.GetElapsedTime(begun), record);
                    _progress?.Report(report);
                    await _request.OnStep(report, cancellationToken).ConfigureAwait(true);
                    await ConsiderEndAsync(record, cancellationToken).ConfigureAwait(true);
                    if (IsSaveDue(record, Stopwatch.GetElapsedTime(saved)))
                    {
                        await _checkpoints.SaveAsync(_plan, _journal, cancellationToken).ConfigureAwait(true);
                        saved = Stopwatch.GetTimestamp();
                        CollectLargeArrays();
                    }

                    if (record is not null)
                    {
                        CollectLargeArrays();
                        break;
                    }

                    stepBegun = Stopwatch.GetTimestamp();
                }
            }
        }
        catch (Exception exception) when (_runner.Steps > _firstStep && exception is not TrainingDivergedException)
        {
            await KeepProgressAsync(exception).ConfigureAwait(true);
            throw;
        }
    }

    /// <summary>Saves what was learned, whatever the caller's token says by now. What ended the run stays the error that is reported.</summary>
    /// <exception cref="CheckpointException">The run was canceled, and what it learned cannot be saved.</exception>
    private async Task KeepProgressAsync(Exception cause)
    {
        if (!_runner.IsBetweenSteps)
        {
            RunLog.StoppedWithinStep(_request.Logger, _runner.Steps + 1);
            return;
        }

        try
        {
            await _checkpoints.SaveAsync(_plan, _journal, CancellationToken.None).ConfigureAwait(true);
            await _recorder.WriteAsync(_plan, _journal, isRunning: false, CancellationToken.None).ConfigureAwait(true);
        }
        catch (Exception exception) when (cause is not OperationCanceledException)
        {
            RunLog.NotSaved(_request.Logger, exception);
        }
    }

    /// <summary>Records an epoch if the run was stopped in the evaluation that ends it.</summary>
    private async Task FinishEpochAsync(CancellationToken cancellationToken)
    {
        if (_journal.Epoch.Steps > 0 && _plan.EndsEpoch(_runner.Steps))
        {
            int ended = (int)((_runner.Steps - 1) / _plan.StepsPerEpoch) + 1;
            TRecord record = await _recorder.RecordAsync(ended, _plan, _journal, cancellationToken).ConfigureAwait(true);
            await ConsiderEndAsync(record, cancellationToken).ConfigureAwait(true);
            await _checkpoints.SaveAsync(_plan, _journal, cancellationToken).ConfigureAwait(true);
        }
    }

    private async Task ConsiderEndAsync(TRecord? record, CancellationToken cancellationToken)
    {
        if (record is not null)
        {
            bool goesOn = await _request.OnEpoch(record, cancellationToken).ConfigureAwait(true);
            _journal.EndedEarly = _runner.Steps < _plan.TotalSteps && (!goesOn || _recorder.IsOutOfPatience(record.Epoch, _journal));
        }
    }

    private void KeepWithinBudget()
    {
        long steps = _runner.Steps;
        if (_request.TimeBudget is { } limit && TimeBudget.IsDue(steps, _plan.TotalSteps))
        {
            long total = new TimeBudget(limit).Correct(steps, _journal.Elapsed, _plan.TotalSteps, _plan.MostSteps);
            _plan = total == _plan.TotalSteps ? _plan : _plan.Change(steps, total);
        }
    }

    /// <summary>Evaluations and checkpoints leave large arrays by the hundred megabytes, which the collector lets pile up where memory is plenty.</summary>
    private static void CollectLargeArrays() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);

    private bool IsSaveDue(TRecord? record, TimeSpan sinceSaved) =>
        IsTrained
        || sinceSaved >= _request.Run.CheckpointInterval
        || (record is not null && _request.Run.CheckpointEpochs is { } epochs && record.Epoch % epochs == 0);

    private TrainingProgress Progress(int epoch, double loss, TimeSpan elapsed, TRecord? record)
    {
        long taken = _runner.Steps - _firstStep;
        return new TrainingProgress(
            _runner.Steps,
            _plan.TotalSteps,
            epoch,
            _plan.TotalEpochs,
            loss,
            taken * (double)_runner.ImagesPerStep / elapsed.TotalSeconds,
            elapsed * ((double)(_plan.TotalSteps - _runner.Steps) / taken),
            _firstStep,
            _checkpoints.NewestStep,
            record);
    }
}
