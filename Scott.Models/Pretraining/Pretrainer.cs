using System.Diagnostics;
using Scott.Models.Data;
using Scott.Models.Errors;
using Scott.Models.Imaging;
using Scott.Models.Imaging.Augmentation;
using Scott.Models.Masking;
using Scott.Models.Native;
using Scott.Models.Optimization;
using Scott.Models.Weights;
using TorchSharp;

namespace Scott.Models.Pretraining;

/// <summary>
/// Carries out a run of MIM-JEPA pre-training: epochs of steps, a record of each epoch, checkpoints, and going on from one. A run that was stopped
/// at any moment ends in the same bits as one that was not, on the CPU with the same number of threads.
/// </summary>
/// <remarks>
/// Every draw follows from the seed and the step's number, so that a checkpoint holds no random state. All of this folder that calls torch comes
/// back from its awaits to the thread that it was started on: see <see cref="TorchThread"/>.
/// </remarks>
internal sealed class Pretrainer
{
    private readonly PretrainingRequest _request;
    private readonly PretrainingOptions _options;
    private readonly RunCheckpoints _checkpoints;
    private readonly ImagePreprocessor _preprocessor;
    private readonly RunJournal _journal = new();

    /// <exception cref="ScottConfigurationException">An option is not legal.</exception>
    /// <exception cref="NativeLibraryException">libtorch is missing or does not load.</exception>
    public Pretrainer(PretrainingRequest request)
    {
        request.Options.Validate();
        request.Augmentation.Validate();
        request.Run.Validate();
        RequireWatchable(request);
        _options = request.Options with { Precision = Resolve(request.Options.Precision, request.Run.Device) };
        _request = request with { Options = _options };
        _checkpoints = new RunCheckpoints(_request);
        _preprocessor = new ImagePreprocessor(request.Model.Preprocessing, request.Run.Decoding);
    }

    private int PicturesPerStep => _options.BatchSize * _options.AccumulatedBatches;

    /// <summary>Trains to the end, from the newest checkpoint if there is one.</summary>
    public async Task<PretrainingOutcome> RunAsync(IProgress<PretrainingProgress>? progress, CancellationToken cancellationToken)
    {
        PretrainingLoader loader = CreateLoader();
        long stepsPerEpoch = loader.BatchesPerEpoch / _options.AccumulatedBatches;
        if (stepsPerEpoch == 0)
        {
            throw new DatasetException(
                _request.Dataset.NameOf(0),
                $"an epoch has {loader.BatchesPerEpoch} batches, and a step gathers {_options.AccumulatedBatches}. Gather fewer, or make batches smaller.");
        }

        HealthProbe health = await HealthProbe.CreateAsync(_request.Dataset, _preprocessor, _request.Run.HealthPictures, cancellationToken).ConfigureAwait(true);
        using IDisposable retention = MemoryRetention.Begin();
        using JepaStep step = CreateStep();
        var runner = new StepRunner(_options, step, loader);
        var recipe = new PretrainingPlan(_options, stepsPerEpoch);
        PretrainingPlan plan = await _checkpoints.ResumeAsync(step, recipe, _journal, cancellationToken).ConfigureAwait(true)
            ?? await BeginAsync(step, runner, recipe, cancellationToken).ConfigureAwait(true);
        var recorder = new EpochRecorder(_request, _preprocessor, health, loader);
        await recorder.WriteAsync(step, plan, _journal, isRunning: true, cancellationToken).ConfigureAwait(true);
        plan = await TrainAsync(step, runner, recorder, plan, progress, cancellationToken).ConfigureAwait(true);
        await recorder.WriteAsync(step, plan, _journal, isRunning: false, cancellationToken).ConfigureAwait(true);
        return new PretrainingOutcome(step.Context.ToWeightSet(), _journal.History, _journal.BestWeights, _journal.Best, _journal.EndedEarly);
    }

    private async Task<PretrainingPlan> BeginAsync(JepaStep step, StepRunner runner, PretrainingPlan recipe, CancellationToken cancellationToken)
    {
        if (_options.TimeBudget is not { } limit)
        {
            return recipe;
        }

        long steps = await new TimeBudget(limit).GuessAsync(step, runner, recipe, cancellationToken).ConfigureAwait(true);
        RunLog.Planned(_request.Logger, steps, limit);
        return new PretrainingPlan(_options, recipe.StepsPerEpoch, PlanPace.Even(steps));
    }

    /// <returns>The plan at the end.</returns>
    private async Task<PretrainingPlan> TrainAsync(
        JepaStep step, StepRunner runner, EpochRecorder recorder, PretrainingPlan plan, IProgress<PretrainingProgress>? progress, CancellationToken cancellationToken)
    {
        long first = step.Steps;
        long begun = Stopwatch.GetTimestamp();
        long saved = begun;
        try
        {
            if (_journal.Epoch.Steps > 0 && plan.EndsEpoch(step.Steps))
            {
                // The run was stopped in the evaluation that ends an epoch.
                int ended = (int)((step.Steps - 1) / plan.StepsPerEpoch) + 1;
                EpochRecord record = await recorder.RecordAsync(ended, step, plan, _journal, cancellationToken).ConfigureAwait(true);
                await ConsiderEndAsync(step.Steps, plan, recorder, record, cancellationToken).ConfigureAwait(true);
                runner.LastCheckpoint = await _checkpoints.SaveAsync(step, plan, _journal, cancellationToken).ConfigureAwait(true);
            }

            while (step.Steps < plan.TotalSteps && !_journal.EndedEarly)
            {
                int epoch = (int)(step.Steps / plan.StepsPerEpoch) + 1;
                long stepBegun = Stopwatch.GetTimestamp();

                // A time budget changes the plan between steps.
                await foreach (StepResult result in runner.RunEpochAsync(() => plan, cancellationToken).ConfigureAwait(true))
                {
                    _journal.AddStep(result, Stopwatch.GetElapsedTime(stepBegun));
                    plan = KeepWithinBudget(step.Steps, plan);
                    EpochRecord? record = plan.EndsEpoch(step.Steps)
                        ? await recorder.RecordAsync(epoch, step, plan, _journal, cancellationToken).ConfigureAwait(true)
                        : null;
                    PretrainingProgress report = Progress(step.Steps, first, plan, epoch, result.Loss, Stopwatch.GetElapsedTime(begun), record);
                    progress?.Report(report);
                    await _request.OnStep(report, cancellationToken).ConfigureAwait(true);
                    await ConsiderEndAsync(step.Steps, plan, recorder, record, cancellationToken).ConfigureAwait(true);
                    if (IsSaveDue(step.Steps, plan, record, Stopwatch.GetElapsedTime(saved)))
                    {
                        runner.LastCheckpoint = await _checkpoints.SaveAsync(step, plan, _journal, cancellationToken).ConfigureAwait(true);
                        saved = Stopwatch.GetTimestamp();
                    }

                    if (record is not null)
                    {
                        break;
                    }

                    stepBegun = Stopwatch.GetTimestamp();
                }
            }

            return plan;
        }
        catch (Exception exception) when (step.Steps > first && exception is not (TrainingDivergedException or IOException))
        {
            // What was learned is kept, whatever the caller's token says by now.
            await _checkpoints.SaveAsync(step, plan, _journal, CancellationToken.None).ConfigureAwait(true);
            await recorder.WriteAsync(step, plan, _journal, isRunning: false, CancellationToken.None).ConfigureAwait(true);
            throw;
        }
    }

    private async Task ConsiderEndAsync(
        long steps, PretrainingPlan plan, EpochRecorder recorder, EpochRecord? record, CancellationToken cancellationToken)
    {
        if (record is not null)
        {
            bool goesOn = await _request.OnEpoch(record, cancellationToken).ConfigureAwait(true);
            _journal.EndedEarly = steps < plan.TotalSteps && (!goesOn || recorder.IsOutOfPatience(record.Epoch, _journal));
        }
    }

    private PretrainingPlan KeepWithinBudget(long steps, PretrainingPlan plan)
    {
        if (_options.TimeBudget is not { } limit || !TimeBudget.IsDue(steps, plan.TotalSteps))
        {
            return plan;
        }

        long total = new TimeBudget(limit).Correct(steps, _journal.Elapsed, plan.TotalSteps, plan.StepsPerEpoch * _options.Epochs);
        return total == plan.TotalSteps ? plan : plan.Change(steps, total);
    }

    private bool IsSaveDue(long steps, PretrainingPlan plan, EpochRecord? record, TimeSpan sinceSaved) =>
        steps == plan.TotalSteps
        || _journal.EndedEarly
        || sinceSaved >= _request.Run.CheckpointInterval
        || (record is not null && _request.Run.CheckpointEpochs is { } epochs && record.Epoch % epochs == 0);

    private PretrainingProgress Progress(
        long steps, long first, PretrainingPlan plan, int epoch, double loss, TimeSpan elapsed, EpochRecord? record) => new(
        steps,
        plan.TotalSteps,
        epoch,
        plan.TotalEpochs,
        loss,
        (steps - first) * (double)PicturesPerStep / elapsed.TotalSeconds,
        elapsed * ((double)(plan.TotalSteps - steps) / (steps - first)),
        record);

    private PretrainingLoader CreateLoader()
    {
        PretrainingRunOptions run = _request.Run;
        return new PretrainingLoader(
            _request.Dataset,
            new TwoViewTransform(_request.Augmentation, _request.Model.Preprocessing),
            new KeepMaskSampler(_options.MaskKind, _request.Model.Architecture.GridSide, _options.HiddenRatio),
            _request.Model.Architecture.Patches,
            new LoaderOptions
            {
                BatchSize = _options.BatchSize,
                Seed = _options.Seed,
                Workers = run.Workers,
                CacheBytes = run.CacheBytes,
                FailsOnUnreadable = run.FailOnUnreadable,
                Decoding = run.Decoding,
            },
            (name, exception) => RunLog.Unreadable(_request.Logger, name, exception));
    }

    private JepaStep CreateStep() => new(
        _request.Model.Architecture,
        _options.PredictorDepth,
        _request.Model.Weights,
        BackboneLayout.Initialize(BackboneLayout.Predictor(_request.Model.Architecture, _options.PredictorDepth), _options.Seed),
        _request.Run.Device,
        _options.Precision == TrainingPrecision.BFloat16 ? torch.ScalarType.BFloat16 : torch.ScalarType.Float32);

    private static void RequireWatchable(PretrainingRequest request)
    {
        PretrainingOptions options = request.Options;
        bool needsLabels = options.Watched is WatchedFigure.NeighborAccuracy or WatchedFigure.LinearAccuracy
            || (options.Watched == WatchedFigure.Auto && options.Patience is not null);
        if (needsLabels && request.Probe is null)
        {
            throw new ScottConfigurationException(
                nameof(PretrainingOptions), ["Patience or Watched asks for an accuracy, and there are no labelled pictures; expected WithEvaluation, or Watched as EffectiveRank."]);
        }
    }

    private static TrainingPrecision Resolve(TrainingPrecision precision, TorchDevice device) => precision != TrainingPrecision.Auto
        ? precision
        : device.Resolve() == TorchDevice.Cpu && Bfloat16Support.IsInHardware ? TrainingPrecision.BFloat16 : TrainingPrecision.Float32;
}
