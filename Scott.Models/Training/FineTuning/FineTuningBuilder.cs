using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Torch;
using Scott.Models.Training;
using Scott.Models.Weights;

namespace Scott.Models;

/// <summary>Sets up a fine-tuning run and carries it out. Made by <see cref="TrainingExtensions.FineTune"/>; the last call of each kind wins. Not thread-safe.</summary>
public sealed class FineTuningBuilder
{
    private readonly ScottModel _model;
    private readonly IImageDataset _training;
    private IImageDataset? _validation;
    private FineTuningOptions _options = new();
    private TrainingRunOptions _run = new();
    private AugmentationSpec? _augmentation = new();
    private Func<TrainingProgress, CancellationToken, ValueTask> _onStep = (_, _) => ValueTask.CompletedTask;
    private Func<FineTuningRecord, CancellationToken, ValueTask<bool>> _onEpoch = (_, _) => ValueTask.FromResult(true);
    private ILogger _logger = NullLogger.Instance;
    private bool _hasRun;

    internal FineTuningBuilder(ScottModel model, IImageDataset training)
    {
        _model = model;
        _training = training;
    }

    /// <summary>Replaces the recipe: scope, head, epochs, batch, schedules, seed.</summary>
    /// <param name="options">The new one.</param>
    public FineTuningBuilder WithOptions(FineTuningOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Set(() => _options = options);
    }

    /// <summary>Replaces how the run is carried out: device, workers, memory, checkpoints.</summary>
    /// <param name="options">The new options.</param>
    public FineTuningBuilder WithRunOptions(TrainingRunOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Set(() => _run = options);
    }

    /// <summary>Trains the head alone.</summary>
    public FineTuningBuilder WithFrozenBackbone() => Set(() => _options = _options with { Scope = FineTuningScope.FrozenBackbone });

    /// <summary>Trains the head and the last blocks of the backbone.</summary>
    /// <param name="blocks">See <see cref="FineTuningOptions.LastBlocks"/>.</param>
    public FineTuningBuilder WithLastBlocks(int blocks) => Set(() => _options = _options with { Scope = FineTuningScope.LastBlocks, LastBlocks = blocks });

    /// <summary>Trains the head and low-rank adapters (LoRA), which are merged into the weights at the end.</summary>
    /// <param name="rank">See <see cref="FineTuningOptions.AdapterRank"/>.</param>
    public FineTuningBuilder WithLowRankAdapters(int rank = FineTuningOptions.DefaultAdapterRank) => Set(() => _options = _options with { Scope = FineTuningScope.LowRankAdapters, AdapterRank = rank });

    /// <summary>Trains all weights.</summary>
    /// <param name="layerDecay">See <see cref="FineTuningOptions.LayerDecay"/>; 1 for a fresh model, trained from scratch.</param>
    public FineTuningBuilder WithFullFineTuning(double layerDecay = FineTuningOptions.DefaultLayerDecay) => Set(() => _options = _options with { Scope = FineTuningScope.Full, LayerDecay = layerDecay });

    /// <summary>What turns tokens into classes.</summary>
    /// <param name="head">See <see cref="FineTuningOptions.Head"/>.</param>
    public FineTuningBuilder WithHead(ClassifierHead head) => Set(() => _options = _options with { Head = head });

    /// <summary>How often each image is seen.</summary>
    /// <param name="epochs">See <see cref="FineTuningOptions.Epochs"/>.</param>
    public FineTuningBuilder WithEpochs(int epochs) => Set(() => _options = _options with { Epochs = epochs });

    /// <summary>A time for the run, which the schedules are spread over.</summary>
    /// <param name="budget">See <see cref="FineTuningOptions.TimeBudget"/>.</param>
    public FineTuningBuilder WithTimeBudget(TimeSpan budget) => Set(() => _options = _options with { TimeBudget = budget });

    /// <summary>Ends the run when so many epochs have brought nothing better.</summary>
    /// <param name="patience">Epochs; see <see cref="FineTuningOptions.Patience"/>.</param>
    public FineTuningBuilder WithEarlyStop(int patience) => Set(() => _options = _options with { Patience = patience });

    /// <summary>The type of number to compute with.</summary>
    /// <param name="precision">See <see cref="FineTuningOptions.Precision"/>.</param>
    public FineTuningBuilder WithPrecision(TrainingPrecision precision) => Set(() => _options = _options with { Precision = precision });

    /// <summary>Images in one batch.</summary>
    /// <param name="batchSize">See <see cref="FineTuningOptions.BatchSize"/>.</param>
    public FineTuningBuilder WithBatchSize(int batchSize) => Set(() => _options = _options with { BatchSize = batchSize });

    /// <summary>Decides every draw.</summary>
    /// <param name="seed">See <see cref="FineTuningOptions.Seed"/>.</param>
    public FineTuningBuilder WithSeed(long seed) => Set(() => _options = _options with { Seed = seed });

    /// <summary>The images that decide which epoch is the best. Without them a part of the training images is set aside.</summary>
    /// <param name="validation">Labeled images of the same classes, in any order.</param>
    /// <exception cref="ArgumentException">The classes differ.</exception>
    public FineTuningBuilder WithValidation(IImageDataset validation)
    {
        ArgumentNullException.ThrowIfNull(validation);
        IImageDataset aligned = LabeledClasses.Align(_training.ClassNames, validation, nameof(validation));
        return Set(() => _validation = aligned);
    }

    /// <summary>The share of each class's training images that is set aside for that.</summary>
    /// <param name="ratio">See <see cref="FineTuningOptions.ValidationRatio"/>.</param>
    public FineTuningBuilder WithValidationRatio(double ratio) => Set(() => _options = _options with { ValidationRatio = ratio });

    /// <summary>The random changes of the images.</summary>
    /// <param name="augmentation">The new ones; <see langword="null"/> for none: every image is seen as for evaluation.</param>
    public FineTuningBuilder WithAugmentation(AugmentationSpec? augmentation) => Set(() => _augmentation = augmentation);

    /// <summary>Writes checkpoints, records and the best classifier into a folder, and goes on from what is there.</summary>
    /// <param name="folder">Made if it is not there.</param>
    public FineTuningBuilder WithCheckpoints(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return Set(() => _run = _run with { CheckpointFolder = folder });
    }

    /// <summary>Calls the app after each step, and waits for it.</summary>
    /// <param name="callback">Gets how far the run has come, and the run's token.</param>
    public FineTuningBuilder OnStep(Func<TrainingProgress, CancellationToken, ValueTask> callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return Set(() => _onStep = callback);
    }

    /// <summary>Calls the app after each epoch, and waits for it.</summary>
    /// <param name="callback">Gets the epoch's record and the run's token; <see langword="false"/> ends the run, with what it has learned as its result.</param>
    public FineTuningBuilder OnEpoch(Func<FineTuningRecord, CancellationToken, ValueTask<bool>> callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return Set(() => _onEpoch = callback);
    }

    /// <summary>Where to train.</summary>
    /// <param name="device">See <see cref="TorchDevice"/>.</param>
    public FineTuningBuilder UseDevice(TorchDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return Set(() => _run = _run with { Device = device });
    }

    /// <summary>How images are decoded, and how large they may be.</summary>
    /// <param name="options">Replaces all of it.</param>
    public FineTuningBuilder WithDecoding(ImageDecodingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Set(() => _run = _run with { Decoding = options });
    }

    /// <summary>Where warnings go: unreadable images, damaged checkpoints, a classifier that only guesses.</summary>
    /// <param name="logger">The app's.</param>
    public FineTuningBuilder WithLogger(ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(logger);
        return Set(() => _logger = logger);
    }

    /// <summary>Trains to the end, from the newest checkpoint if there is one. On cancellation a checkpoint is written first.</summary>
    /// <param name="progress">Told after each step.</param>
    /// <param name="cancellationToken">Cancels between batches.</param>
    /// <exception cref="ScottConfigurationException">An option is not legal.</exception>
    /// <exception cref="DatasetException">A class has no images, or they cannot be read.</exception>
    /// <exception cref="CheckpointException">
    /// The checkpoint folder cannot be used: its checkpoints are damaged or of another run, another run uses it, the disk is full before the last step, or it
    /// cannot be written or read. <see cref="CheckpointException.Fault"/> says which.
    /// </exception>
    /// <exception cref="TrainingDivergedException">A loss is not a number.</exception>
    /// <exception cref="NativeLibraryException">libtorch is missing or does not load.</exception>
    /// <exception cref="InvalidOperationException">It has run before.</exception>
    public async Task<FineTuningResult> RunAsync(IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ThrowIfRun();
        _hasRun = true;
        var request = new FineTuningRequest(
            _model,
            _training,
            _validation,
            _options,
            _augmentation,
            _run,
            _onStep,
            _onEpoch,
            (weights, record, path, token) => Describe(weights, record).SaveAsync(path, token),
            _logger);
        TrainingOutcome<FineTuningRecord> outcome = await TorchThread.RunAsync(() => new FineTuner(request).RunAsync(progress, cancellationToken)).ConfigureAwait(false);
        BestEpoch best = outcome.BestEpoch!.Value;
        return new FineTuningResult(
            Describe(outcome.Best!, outcome.History.First(record => record.Epoch == best.Epoch)),
            Describe(outcome.Last, outcome.History[^1]),
            outcome.History,
            best,
            outcome.EndedEarly)
        {
            CheckpointError = outcome.CheckpointError,
        };
    }

    private ScottClassifier Describe(WeightSet weights, FineTuningRecord record)
    {
        ModelMetadata metadata = _model.Metadata with
        {
            Provenance = FormattableString.Invariant($"fine-tuned from: {_model.Metadata.Provenance ?? "unknown"}; {Plural.Of(_training.Count, "labeled image")}, {Plural.Of(record.Epoch, "epoch")}, {Plural.Of(record.Steps, "step")}"),
            Recipe = _options.ToJson(),
            Metrics = new Dictionary<string, double>
            {
                ["validationTop1"] = record.Validation.Top1,
                ["validationMeanPerClassTop1"] = record.Validation.MeanPerClassTop1,
                ["validationLoss"] = record.Validation.Loss,
            },
        };
        ScottModel backbone = _model.WithWeights(weights.StripPrefix(ClassifierNetwork.BackbonePrefix)).WithMetadata(metadata);
        return new ScottClassifier(backbone, _options.Head, weights.StripPrefix(ClassifierNetwork.HeadPrefix), _training.ClassNames);
    }

    private FineTuningBuilder Set(Action change)
    {
        ThrowIfRun();
        change();
        return this;
    }

    private void ThrowIfRun()
    {
        if (_hasRun)
        {
            throw new InvalidOperationException("This run was carried out; begin anew with ScottModel.FineTune().");
        }
    }
}
