using System.Runtime.ExceptionServices;
using Scott.Models.Torch;

namespace Scott.Models.Training;

/// <summary>
/// Runs any kind of training: epochs of steps, a record of each epoch, checkpoints. A run that stops at any moment and resumes ends in the same bits
/// as one that does not stop, on the CPU with the same number of threads.
/// </summary>
/// <remarks>
/// Every random draw depends on the seed and the step's number alone, so that a checkpoint holds no random state. Whatever in this folder calls torch
/// returns from its awaits to the thread that it started on: see <see cref="TorchThread"/>.
/// </remarks>
internal sealed class TrainingRun<TRecord>
    where TRecord : TrainingRecord
{
    private readonly TrainingRequest<TRecord> _request;
    private readonly ITrainingMethod<TRecord> _method;
    private readonly IStepRunner _runner;
    private readonly RunState<TRecord> _state;
    private readonly RunFolder<TRecord> _folder;
    private readonly EpochRecorder<TRecord> _recorder;
    private readonly IProgress<TrainingProgress>? _progress;
    private readonly Operation _operation;
    private long _firstStep;

    public TrainingRun(TrainingRequest<TRecord> request, ITrainingMethod<TRecord> method, IProgress<TrainingProgress>? progress)
    {
        _request = request;
        _method = method;
        _runner = method.Runner;
        _state = new RunState<TRecord>(method.Options, method.Runner);
        _folder = new RunFolder<TRecord>(request, method, _state);
        _recorder = new EpochRecorder<TRecord>(request, method, _state, _folder);
        _progress = progress;
        _operation = new Operation(method.OperationName, request.Model.Metadata.Id);
    }

    /// <summary>Trains to the end, from the newest checkpoint if there is one.</summary>
    /// <exception cref="CheckpointException">The folder cannot be used: see <see cref="CheckpointFault"/>.</exception>
    public async Task<TrainingOutcome<TRecord>> RunAsync(CancellationToken cancellationToken)
    {
        using Activity? activity = _operation.Start();
        try
        {
            using IDisposable? held = _folder.Lock();
            if (!await _folder.ResumeAsync(cancellationToken).ConfigureAwait(true))
                await FitBudgetAsync(cancellationToken).ConfigureAwait(true);

            await _folder.WriteRecordsAsync(isRunning: true, cancellationToken).ConfigureAwait(true);
            await TrainAndSaveAsync(cancellationToken).ConfigureAwait(true);
            return new TrainingOutcome<TRecord>(
                _method.ExportWeights(), _state.History, _state.BestWeights, _state.Best, _state.EndedEarly, _folder.Error);
        }
        catch (Exception exception)
        {
            Operation.Fail(activity, exception, cancellationToken);
            throw;
        }
    }

    private async Task FitBudgetAsync(CancellationToken cancellationToken)
    {
        if (_method.Options.TimeBudget is { } limit)
        {
            long steps = await new TimeBudget(limit).GuessAsync(_runner, _state.Plan, cancellationToken).ConfigureAwait(true);
            RunLog.Planned(_request.Logger, steps, limit);
            _state.Plan = _state.Plan.At(PlanPace.Even(steps));
        }
    }

    private async Task TrainAndSaveAsync(CancellationToken cancellationToken)
    {
        _firstStep = _runner.Steps;
        try
        {
            await TrainAsync(cancellationToken).ConfigureAwait(true);
            await _folder.WriteRecordsAsync(isRunning: false, cancellationToken).ConfigureAwait(true);
        }
        catch (Exception exception)
        {
            await SaveProgressAsync(exception).ConfigureAwait(true);
            throw;
        }
    }

    private async Task TrainAsync(CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        long saved = started;
        await FinishEpochAsync(cancellationToken).ConfigureAwait(true);
        while (!_state.IsTrained)
        {
            int epoch = (int)(_runner.Steps / _state.Plan.StepsPerEpoch) + 1;
            long stepStarted = Stopwatch.GetTimestamp();

            // A time budget changes the plan between steps.
            await foreach (StepResult result in _runner.RunEpochAsync(() => _state.Plan, cancellationToken).ConfigureAwait(true))
            {
                TimeSpan stepTime = Stopwatch.GetElapsedTime(stepStarted);
                _state.AddStep(result, stepTime);
                _operation.RecordBatch(_runner.ImagesPerStep, 0, stepTime);
                KeepWithinBudget();
                TRecord? record = _state.Plan.EndsEpoch(_runner.Steps)
                    ? await _recorder.RecordAsync(epoch, cancellationToken).ConfigureAwait(true)
                    : null;
                TrainingProgress progress = CreateProgress(epoch, result.Loss, Stopwatch.GetElapsedTime(started), record);
                _progress?.Report(progress);
                await _request.OnStep(progress, cancellationToken).ConfigureAwait(true);
                if (record is not null)
                    await _recorder.DecideEndAsync(record, cancellationToken).ConfigureAwait(true);

                if (IsSaveDue(record, Stopwatch.GetElapsedTime(saved)))
                {
                    await _folder.SaveCheckpointAsync(cancellationToken).ConfigureAwait(true);
                    saved = Stopwatch.GetTimestamp();
                    CollectLargeArrays();
                }

                if (record is not null)
                {
                    CollectLargeArrays();
                    break;
                }

                stepStarted = Stopwatch.GetTimestamp();
            }
        }
    }

    /// <summary>Saves what the run learned, and lets the report say that it stopped. The cause stays the reported error.</summary>
    /// <exception cref="CheckpointException">The run was canceled, and what it learned cannot be saved.</exception>
    private async Task SaveProgressAsync(Exception cause)
    {
        bool hasLearned = _runner.Steps > _firstStep && cause is not TrainingDivergedException;
        ExceptionDispatchInfo? lost = null;
        if (hasLearned && _runner.IsBetweenSteps)
            lost = await TryAsync(_folder.SaveCheckpointAsync).ConfigureAwait(true);
        else if (hasLearned)
            RunLog.StoppedWithinStep(_request.Logger, _runner.Steps + 1);

        ExceptionDispatchInfo? outdated = await TryAsync(token => _folder.WriteRecordsAsync(isRunning: false, token)).ConfigureAwait(true);
        if (cause is OperationCanceledException)
            (lost ?? outdated)?.Throw();

        if (lost is not null)
            RunLog.ProgressNotSaved(_request.Logger, lost.SourceException);

        if (outdated is not null)
            RunLog.RecordsNotSaved(_request.Logger, outdated.SourceException);
    }

    /// <summary>Writes whatever the app's token says by now.</summary>
    private static async Task<ExceptionDispatchInfo?> TryAsync(Func<CancellationToken, Task> write)
    {
        try
        {
            await write(CancellationToken.None).ConfigureAwait(true);
            return null;
        }
        catch (Exception exception)
        {
            return ExceptionDispatchInfo.Capture(exception);
        }
    }

    /// <summary>Records an epoch if the run stopped in the evaluation that ends it.</summary>
    private async Task FinishEpochAsync(CancellationToken cancellationToken)
    {
        if (_state.Epoch.Steps > 0 && _state.Plan.EndsEpoch(_runner.Steps))
        {
            int ended = (int)((_runner.Steps - 1) / _state.Plan.StepsPerEpoch) + 1;
            TRecord record = await _recorder.RecordAsync(ended, cancellationToken).ConfigureAwait(true);
            await _recorder.DecideEndAsync(record, cancellationToken).ConfigureAwait(true);
            await _folder.SaveCheckpointAsync(cancellationToken).ConfigureAwait(true);
        }
    }

    private void KeepWithinBudget()
    {
        (long steps, TrainingPlan plan) = (_runner.Steps, _state.Plan);
        if (_method.Options.TimeBudget is { } limit && TimeBudget.IsDue(steps, plan.TotalSteps))
        {
            long total = new TimeBudget(limit).Correct(steps, _state.Elapsed, plan.TotalSteps, plan.MaximumSteps);
            _state.Plan = total == plan.TotalSteps ? plan : plan.Change(steps, total);
        }
    }

    /// <summary>Evaluations and checkpoints leave large arrays, hundreds of megabytes, which the collector lets pile up.</summary>
    private static void CollectLargeArrays() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);

    private bool IsSaveDue(TRecord? record, TimeSpan sinceSaved) =>
        _state.IsTrained
        || sinceSaved >= _request.Run.CheckpointInterval
        || (record is not null && _request.Run.CheckpointEpochs is { } epochs && record.Epoch % epochs == 0);

    private TrainingProgress CreateProgress(int epoch, double loss, TimeSpan elapsed, TRecord? record)
    {
        (long steps, TrainingPlan plan) = (_runner.Steps, _state.Plan);
        long taken = steps - _firstStep;
        double speed = taken * (double)_runner.ImagesPerStep / elapsed.TotalSeconds;
        TimeSpan remaining = elapsed * ((double)(plan.TotalSteps - steps) / taken);
        return new TrainingProgress(
            steps, plan.TotalSteps, epoch, plan.TotalEpochs, loss, speed, remaining, _firstStep, _state.CheckpointStep, record);
    }
}
