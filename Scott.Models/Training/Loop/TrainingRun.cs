using System.Runtime.ExceptionServices;
using Scott.Models.Torch;
using Scott.Models.Weights;

namespace Scott.Models.Training;

/// <summary>Runs any kind of training: epochs of steps, a record of each epoch, checkpoints. A run that stops at any moment and resumes has
/// the same result, bit for bit, as one that does not stop, on the CPU with the same number of threads.</summary>
/// <remarks>Every random draw depends on the seed and the step's number alone, so that a checkpoint holds no random state. Code in this folder that
/// calls torch stays on its thread after an await: see <see cref="TorchThread"/>.</remarks>
internal sealed class TrainingRun<TRecord>(TrainingRequest<TRecord> request, ITrainingMethod<TRecord> method, IProgress<TrainingProgress>? progress)
    where TRecord : TrainingRecord
{
    private readonly IStepRunner _runner = method.Runner;
    private readonly RunState<TRecord> _state = new(method.Options, method.Runner);
    private readonly Operation _operation = new(method.OperationName, request.Model.Metadata.Id);
    private long _firstStep;

    private RunFolder<TRecord> Folder => field ??= new RunFolder<TRecord>(request, method, _state);

    /// <summary>Trains to the end, from the newest checkpoint if there is one.</summary>
    /// <exception cref="CheckpointException">The folder cannot be used: see <see cref="CheckpointFault"/>.</exception>
    public async Task<TrainingOutcome<TRecord>> RunAsync(CancellationToken cancellationToken)
    {
        using Activity? activity = _operation.Start();
        try
        {
            using IDisposable? held = Folder.Lock();
            if (!await Folder.ResumeAsync(cancellationToken).ConfigureAwait(true))
                await FitBudgetAsync(cancellationToken).ConfigureAwait(true);

            await Folder.WriteRecordsAsync(isRunning: true, cancellationToken).ConfigureAwait(true);
            await TrainAndSaveAsync(cancellationToken).ConfigureAwait(true);
            return new TrainingOutcome<TRecord>(
                method.ExportWeights(), _state.History, _state.BestWeights, _state.Best, _state.EndedEarly, Folder.Error);
        }
        catch (Exception exception)
        {
            Operation.Fail(activity, exception, cancellationToken);
            throw;
        }
    }

    private async Task FitBudgetAsync(CancellationToken cancellationToken)
    {
        if (method.Options.TimeBudget is { } limit)
        {
            long steps = await new TimeBudget(limit).GuessAsync(_runner, _state.Plan, () => _state.Elapsed, cancellationToken).ConfigureAwait(true);
            RunLog.Planned(request.Logger, steps, limit);
            _state.Plan = _state.Plan.At(PlanPace.Even(steps));
        }
    }

    private async Task TrainAndSaveAsync(CancellationToken cancellationToken)
    {
        _firstStep = _runner.Steps;
        try
        {
            await TrainAsync(cancellationToken).ConfigureAwait(true);
            await Folder.WriteRecordsAsync(isRunning: false, cancellationToken).ConfigureAwait(true);
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
        _state.EndPreparation();
        while (!_state.IsTrained)
        {
            int epoch = _state.NextEpoch;
            long stepStarted = Stopwatch.GetTimestamp();

            // A time budget changes the plan between steps.
            await foreach (StepResult result in _runner.RunEpochAsync(() => _state.Plan, cancellationToken).ConfigureAwait(true))
            {
                TimeSpan stepTime = Stopwatch.GetElapsedTime(stepStarted);
                _state.AddStep(result, stepTime);
                _operation.RecordBatch(_runner.ImagesPerStep, 0, stepTime);
                KeepWithinBudget();
                TRecord? record = _state.Plan.EndsEpoch(_runner.Steps)
                    ? await RecordAsync(epoch, cancellationToken).ConfigureAwait(true)
                    : null;
                TrainingProgress current = CreateProgress(epoch, result.Loss, Stopwatch.GetElapsedTime(started), record);
                progress?.Report(current);
                await request.OnStep(current, cancellationToken).ConfigureAwait(true);
                if (record is not null)
                    await DecideEndAsync(record, cancellationToken).ConfigureAwait(true);

                if (IsSaveDue(record, Stopwatch.GetElapsedTime(saved)))
                {
                    await Folder.SaveCheckpointAsync(cancellationToken).ConfigureAwait(true);
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

    /// <summary>Ends an epoch, from 1: evaluates the networks, writes the record, keeps the best weights.</summary>
    /// <exception cref="TrainingDivergedException">A weight is not finite.</exception>
    private async Task<TRecord> RecordAsync(int epoch, CancellationToken cancellationToken)
    {
        WeightSet weights = method.ExportWeights();
        if (!weights.IsFinite())
            throw _runner.Diverged(); // Networks that the last step ruined have no figures.

        double speed = _state.Epoch.Steps * (double)_runner.ImagesPerStep / _state.Epoch.Seconds;
        var summary = new EpochSummary(
            epoch, _state.Steps, _state.Plan, _state.Epoch, speed, _state.Elapsed, _state.Preparation, _runner.UnreadableImages);
        TRecord record = summary.Complete(
            await method.EvaluateEpochAsync(summary, _state.History, cancellationToken).ConfigureAwait(true), _state.History);
        _state.EndEpoch(record);
        foreach (string warning in record.Warnings)
            RunLog.Warning(request.Logger, record.Epoch, warning);

        if (method.Watched(record) is { } figure && !double.IsNaN(figure) && !(figure <= _state.Best?.Figure))
        {
            _state.SetBest(new BestEpoch(record.Epoch, figure), weights);

            // The epoch is recorded: a token that is canceled now must not leave files of the epoch before.
            await Folder.SaveBestModelAsync(weights, record, CancellationToken.None).ConfigureAwait(true);
        }

        await Folder.WriteRecordsAsync(isRunning: _state.Steps < _state.Plan.TotalSteps, CancellationToken.None).ConfigureAwait(true);
        return record;
    }

    /// <summary>Decides after an epoch whether the run ends: the app asks for it, or patience is exhausted.</summary>
    private async Task DecideEndAsync(TRecord record, CancellationToken cancellationToken)
    {
        bool continues = await request.OnEpoch(record, cancellationToken).ConfigureAwait(true);
        _state.EndedEarly = _state.Steps < _state.Plan.TotalSteps && (!continues || IsOutOfPatience(record.Epoch));
        _state.IsUndecided = false;
    }

    private bool IsOutOfPatience(int epoch)
    {
        if (method.Options.Patience is not { } patience || _state.Best is not { } best || epoch - best.Epoch < patience)
            return false;

        RunLog.OutOfPatience(request.Logger, best.Epoch);
        return true;
    }

    /// <summary>Saves what the run learned, and lets the report say that it stopped. The cause stays the reported error.</summary>
    /// <exception cref="CheckpointException">The run was canceled, and what it learned cannot be saved.</exception>
    /// <exception cref="TrainingDivergedException">The run was canceled after a step that ruined the weights, which are not saved.</exception>
    private async Task SaveProgressAsync(Exception cause)
    {
        bool hasLearned = _runner.Steps > _firstStep && cause is not (TrainingDivergedException or FeatureException);
        ExceptionDispatchInfo? lost = null;
        if (hasLearned && _runner.IsBetweenSteps)
            lost = await TryAsync(Folder.SaveCheckpointAsync).ConfigureAwait(true);
        else if (hasLearned)
            RunLog.StoppedWithinStep(request.Logger, _runner.Steps + 1);

        ExceptionDispatchInfo? outdated = await TryAsync(token => Folder.WriteRecordsAsync(isRunning: false, token)).ConfigureAwait(true);
        if (cause is OperationCanceledException)
            (lost ?? outdated)?.Throw();
        if (lost is not null)
            RunLog.ProgressNotSaved(request.Logger, lost.SourceException);
        if (outdated is not null)
            RunLog.RecordsNotSaved(request.Logger, outdated.SourceException);
    }

    /// <summary>Writes even if the app's token is canceled.</summary>
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

    /// <summary>Records an epoch if the run stopped in the evaluation that ends it, and decides on it if the run stopped before that.</summary>
    private async Task FinishEpochAsync(CancellationToken cancellationToken)
    {
        TRecord? record = _state.IsRecordDue
            ? await RecordAsync(_state.NextEpoch, cancellationToken).ConfigureAwait(true)
            : _state.IsUndecided ? _state.History[^1] : null;
        if (record is not null)
        {
            await DecideEndAsync(record, cancellationToken).ConfigureAwait(true);
            await Folder.SaveCheckpointAsync(cancellationToken).ConfigureAwait(true);
        }
    }

    private void KeepWithinBudget()
    {
        (long steps, TrainingPlan plan) = (_runner.Steps, _state.Plan);
        if (method.Options.TimeBudget is { } limit && TimeBudget.IsDue(steps, plan.TotalSteps))
        {
            long total = TimeBudget.Correct(steps, limit - _state.Elapsed, _state.PerStep, plan.TotalSteps, plan.MaximumSteps);
            _state.Plan = total == plan.TotalSteps ? plan : plan.Change(steps, total);
        }
    }

    /// <summary>Evaluations and checkpoints leave large arrays, hundreds of megabytes, which the garbage collector frees too late.</summary>
    private static void CollectLargeArrays() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);

    private bool IsSaveDue(TRecord? record, TimeSpan sinceSaved) =>
        _state.IsTrained
        || sinceSaved >= request.Run.CheckpointInterval
        || (record is not null && request.Run.CheckpointEpochs is { } epochs && record.Epoch % epochs == 0);

    private TrainingProgress CreateProgress(int epoch, double loss, TimeSpan elapsed, TRecord? record)
    {
        (long steps, TrainingPlan plan) = (_runner.Steps, _state.Plan);
        long taken = steps - _firstStep;
        double speed = taken * (double)_runner.ImagesPerStep / elapsed.TotalSeconds;
        TimeSpan remaining = elapsed * ((double)(plan.TotalSteps - steps) / taken);

        // A run that resumes after a short last epoch has more epochs than its steps make.
        int epochs = Math.Max(epoch, plan.TotalEpochs);
        return new TrainingProgress(
            steps, plan.TotalSteps, epoch, epochs, loss, speed, remaining, _firstStep, _state.CheckpointStep, record);
    }
}
