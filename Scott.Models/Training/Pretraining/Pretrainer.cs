using System.Text.Json;
using Scott.Models.Datasets;
using Scott.Models.Imaging;

namespace Scott.Models.Training;

/// <summary>Sets up a run of MIM-JEPA pre-training: networks, batches, evaluation. The run itself is <see cref="TrainingRun{TRecord}"/>.</summary>
internal sealed class Pretrainer
{
    private readonly PretrainingRequest _request;
    private readonly ImagePreprocessor _preprocessor;

    /// <exception cref="ScottConfigurationException">An option is not legal.</exception>
    public Pretrainer(PretrainingRequest request)
    {
        request.Options.Validate();
        request.Augmentation.Validate();
        request.Run.Validate();
        MaskCheck.Require(request.Options.HiddenRatio, request.Model.Architecture);
        RequireWatchable(request);
        _request = request with { Options = request.Options with { Precision = request.Options.Precision.Resolve(request.Run.Device) } };
        _preprocessor = new ImagePreprocessor(request.Model.Preprocessing, request.Run.Decoding);
    }

    /// <summary>Trains to the end, from the newest checkpoint if there is one.</summary>
    /// <exception cref="NativeLibraryException">libtorch is missing or does not load.</exception>
    public async Task<TrainingOutcome<PretrainingRecord>> RunAsync(IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        PretrainingOptions options = _request.Options;
        PretrainingLoader loader = CreateLoader();
        RunLog.Dataset(_request.Logger, _request.Dataset, "training");
        if (_request.Probe is { } probe)
        {
            await ReadableClasses.RequireAsync(probe.Training, "training", _request.Run.Decoding, cancellationToken).ConfigureAwait(true);
            await ReadableClasses.RequireAsync(probe.Validation, "validation", _request.Run.Decoding, cancellationToken).ConfigureAwait(true);
        }

        HealthProbe health = await HealthProbe.CreateAsync(_request.Dataset, _preprocessor, _request.Run.HealthImages, cancellationToken).ConfigureAwait(true);
        using JepaStep step = CreateStep();
        var runner = new StepRunner<PretrainingBatch>(step, loader, new StepOptions(options.AccumulatedBatches, options.MaximumGradientNorm, options.Seed));
        TrainingRequest<PretrainingRecord> run = CreateRun();
        var method = new PretrainingMethod(_request, run.Identity, runner, step, _preprocessor, health);
        return await new TrainingRun<PretrainingRecord>(run, method, progress).RunAsync(cancellationToken).ConfigureAwait(true);
    }

    private TrainingRequest<PretrainingRecord> CreateRun()
    {
        PretrainingOptions options = _request.Options;
        var identity = new RunIdentity(_request.Model.Architecture, _request.Model.Preprocessing, _request.Model.Weights.Checksum(), options, _request.Augmentation, _request.Dataset.Count);
        return new TrainingRequest<PretrainingRecord>
        {
            Operation = new Operation(Operation.Pretrain, _request.Model.Metadata.Id),
            Schedules = options.ToSchedules(),
            Identity = JsonSerializer.Serialize(identity, PretrainingJsonContext.Default.RunIdentity),
            Images = [new RunImages(RunImages.Training, _request.Dataset, HasLabels: false)],
            Run = _request.Run,
            TimeBudget = options.TimeBudget,
            Patience = options.Patience,
            OnStep = _request.OnStep,
            OnEpoch = _request.OnEpoch,
            SaveModelAsync = _request.SaveModelAsync,
            Logger = _request.Logger,
        };
    }

    private PretrainingLoader CreateLoader() => new(
        _request.Dataset,
        new TwoViewTransform(_request.Augmentation, _request.Model.Preprocessing),
        new KeepMaskSampler(_request.Options.MaskKind, _request.Model.Architecture.GridSide, _request.Options.HiddenRatio),
        _request.Model.Architecture.Patches,
        _request.Run.ForLoader(_request.Options.BatchSize, _request.Options.Seed),
        (name, exception) => RunLog.Unreadable(_request.Logger, name, exception));

    private JepaStep CreateStep() => new(
        _request.Model.Architecture,
        _request.Options.PredictorDepth,
        _request.Model.Weights,
        WeightSpec.Initialize(BackboneLayout.Predictor(_request.Model.Architecture, _request.Options.PredictorDepth), _request.Options.Seed),
        _request.Run.Device,
        _request.Options.Precision.ToScalarType());

    private static void RequireWatchable(PretrainingRequest request)
    {
        PretrainingOptions options = request.Options;
        bool needsLabels = options.Watched is WatchedFigure.NeighborAccuracy or WatchedFigure.LinearAccuracy
            || (options.Watched == WatchedFigure.Auto && options.Patience is not null);
        if (needsLabels && request.Probe is null)
        {
            throw new ScottConfigurationException(
                nameof(PretrainingOptions), ["Patience or Watched asks for an accuracy, and there are no labeled images; expected WithEvaluation, or Watched as EffectiveRank."]);
        }

        // Between two evaluations nothing can get better.
        if (needsLabels && options.Patience < request.Probe!.EveryEpochs)
        {
            throw new ScottConfigurationException(
                nameof(PretrainingOptions), [$"Patience is {options.Patience}, and the accuracy is measured every {Plural.Of(request.Probe.EveryEpochs, "epoch")}; expected at least that many."]);
        }
    }
}
