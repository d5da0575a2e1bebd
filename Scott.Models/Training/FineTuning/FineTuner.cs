using System.Text.Json;
using Scott.Models.Datasets;
using Scott.Models.Imaging;

namespace Scott.Models.Training;

/// <summary>Sets up a fine-tuning run: classifier, batches, validation. The run itself is <see cref="TrainingRun{TRecord}"/>.</summary>
internal sealed class FineTuner
{
    private readonly FineTuningRequest _request;
    private readonly ImagePreprocessor _preprocessor;
    private readonly LabeledParts _parts;

    /// <exception cref="ScottConfigurationException">An option is not legal.</exception>
    /// <exception cref="DatasetException">A class has no images, or there are none to validate on.</exception>
    public FineTuner(FineTuningRequest request)
    {
        request.Options.Validate();
        request.Augmentation?.Validate();
        request.Run.Validate();
        _parts = LabeledParts.Of(request.Training, request.Validation, request.Options.ValidationRatio, request.Options.Seed);
        FineTuningOptions options = request.Options;
        _request = request with
        {
            Training = _parts.Training,
            Options = options with { Precision = options.Precision.Resolve(request.Run.Device), BatchSize = Math.Min(options.BatchSize, _parts.Training.Count) },
        };
        _preprocessor = new ImagePreprocessor(request.Model.Preprocessing, request.Run.Decoding);
    }

    /// <summary>Trains to the end, from the newest checkpoint if there is one.</summary>
    /// <exception cref="DatasetException">No image of a class can be read.</exception>
    /// <exception cref="NativeLibraryException">libtorch is missing or does not load.</exception>
    public async Task<TrainingOutcome<FineTuningRecord>> RunAsync(IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        FineTuningOptions options = _request.Options;
        RunLog.Dataset(_request.Logger, _parts.Training, "training");
        await ReadableClasses.RequireAsync(_parts.Training, "training", _request.Run.Decoding, cancellationToken).ConfigureAwait(true);
        await ReadableClasses.RequireAsync(_parts.Validation, "validation", _request.Run.Decoding, cancellationToken).ConfigureAwait(true);
        using var step = new ClassifierStep(_request.Model, options, _parts.ClassCounts, _request.Run.Device);
        var runner = new StepRunner<LabeledBatch>(step, CreateLoader(), new StepOptions(options.AccumulatedBatches, options.MaximumGradientNorm, options.Seed));
        TrainingRequest<FineTuningRecord> run = CreateRun();
        var method = new FineTuningMethod(_request, run.Identity, runner, step, new ClassifierProbe(_parts.Validation, _preprocessor, new UnreadableOnce(_request.Logger)));
        return await new TrainingRun<FineTuningRecord>(run, method, progress).RunAsync(cancellationToken).ConfigureAwait(true);
    }

    private TrainingRequest<FineTuningRecord> CreateRun()
    {
        FineTuningOptions options = _request.Options;
        var identity = new FineTuningIdentity(
            _request.Model.Architecture,
            _request.Model.Preprocessing,
            _request.Model.Weights.Checksum(),
            options,
            _request.Augmentation,
            _parts.Training.ClassNames,
            _parts.Training.Count,
            _parts.Validation.Count);
        return new TrainingRequest<FineTuningRecord>
        {
            Operation = new Operation(Operation.FineTune, _request.Model.Metadata.Id),
            Schedules = options.ToSchedules(),
            Identity = JsonSerializer.Serialize(identity, FineTuningJsonContext.Default.FineTuningIdentity),
            Images = CreateImages(),
            Run = _request.Run,
            TimeBudget = options.TimeBudget,
            Patience = options.Patience,
            OnStep = _request.OnStep,
            OnEpoch = _request.OnEpoch,
            SaveModelAsync = _request.SaveModelAsync,
            Logger = _request.Logger,
        };
    }

    /// <summary>Images that are set aside for validation follow from the whole, the ratio and the seed.</summary>
    private RunImages[] CreateImages()
    {
        var whole = new RunImages(RunImages.Training, _parts.Whole, HasLabels: true);
        return _request.Validation is null ? [whole] : [whole, new RunImages(RunImages.Validation, _parts.Validation, HasLabels: true)];
    }

    private LabeledLoader CreateLoader()
    {
        ViewWriter write = (image, _, view) => _preprocessor.Preprocess(image, view);
        if (_request.Augmentation is { } augmentation)
        {
            write = new TwoViewTransform(augmentation, _request.Model.Preprocessing).ApplyOne;
        }

        return new LabeledLoader(
            _parts.Training,
            write,
            _preprocessor.TensorLength,
            _request.Run.ForLoader(_request.Options.BatchSize, _request.Options.Seed),
            (name, exception) => RunLog.Unreadable(_request.Logger, name, exception));
    }
}
