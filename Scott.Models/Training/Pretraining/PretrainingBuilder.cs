using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Torch;
using Scott.Models.Training;
using Scott.Models.Weights;

namespace Scott.Models;

/// <summary>Sets up a pre-training run and carries it out. Made by <see cref="TrainingExtensions.Pretrain"/>; the last call of each kind wins. Not thread-safe.</summary>
public sealed class PretrainingBuilder
{
    private readonly ScottModel _model;
    private readonly IImageDataset _dataset;
    private PretrainingOptions _options = new();
    private TrainingRunOptions _run = new();
    private AugmentationSpec _augmentation = new();
    private LabeledProbe? _probe;
    private Func<TrainingProgress, CancellationToken, ValueTask> _onStep = (_, _) => ValueTask.CompletedTask;
    private Func<PretrainingRecord, CancellationToken, ValueTask<bool>> _onEpoch = (_, _) => ValueTask.FromResult(true);
    private ILogger _logger = NullLogger.Instance;
    private bool _hasRun;

    internal PretrainingBuilder(ScottModel model, IImageDataset dataset)
    {
        _model = model;
        _dataset = dataset;
    }

    /// <summary>Takes over a recipe whole: <see cref="WithOptions"/> and <see cref="WithAugmentation"/> in one. Call it before what changes parts of it.</summary>
    /// <param name="recipe">One of <see cref="PretrainingRecipe"/>'s.</param>
    public PretrainingBuilder WithRecipe(PretrainingRecipe recipe)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return WithOptions(recipe.Options).WithAugmentation(recipe.Augmentation);
    }

    /// <summary>Replaces epochs, batch, schedules, masks, seed.</summary>
    /// <param name="options">The new ones.</param>
    public PretrainingBuilder WithOptions(PretrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Set(() => _options = options);
    }

    /// <summary>Replaces how the run is carried out: device, workers, memory, checkpoints.</summary>
    /// <param name="options">The new options.</param>
    public PretrainingBuilder WithRunOptions(TrainingRunOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Set(() => _run = options);
    }

    /// <summary>How often each image is seen.</summary>
    /// <param name="epochs">See <see cref="PretrainingOptions.Epochs"/>.</param>
    public PretrainingBuilder WithEpochs(int epochs) => Set(() => _options = _options with { Epochs = epochs });

    /// <summary>A time for the run, which the schedules are spread over.</summary>
    /// <param name="budget">See <see cref="PretrainingOptions.TimeBudget"/>.</param>
    public PretrainingBuilder WithTimeBudget(TimeSpan budget) => Set(() => _options = _options with { TimeBudget = budget });

    /// <summary>Ends the run when so many epochs have brought nothing better. Needs <see cref="WithEvaluation"/>, or another figure to watch.</summary>
    /// <param name="patience">Epochs; see <see cref="PretrainingOptions.Patience"/>.</param>
    public PretrainingBuilder WithEarlyStop(int patience) => Set(() => _options = _options with { Patience = patience });

    /// <summary>The type of number to compute with.</summary>
    /// <param name="precision">See <see cref="PretrainingOptions.Precision"/>.</param>
    public PretrainingBuilder WithPrecision(TrainingPrecision precision) => Set(() => _options = _options with { Precision = precision });

    /// <summary>Images in one batch.</summary>
    /// <param name="batchSize">See <see cref="PretrainingOptions.BatchSize"/>.</param>
    public PretrainingBuilder WithBatchSize(int batchSize) => Set(() => _options = _options with { BatchSize = batchSize });

    /// <summary>Decides every draw.</summary>
    /// <param name="seed">See <see cref="PretrainingOptions.Seed"/>.</param>
    public PretrainingBuilder WithSeed(long seed) => Set(() => _options = _options with { Seed = seed });

    /// <summary>The random changes of the images.</summary>
    /// <param name="augmentation">The new ones.</param>
    public PretrainingBuilder WithAugmentation(AugmentationSpec augmentation)
    {
        ArgumentNullException.ThrowIfNull(augmentation);
        return Set(() => _augmentation = augmentation);
    }

    /// <summary>Writes checkpoints and <c>metrics.jsonl</c> into a folder, and goes on from what is there.</summary>
    /// <param name="folder">Made if it is not there.</param>
    public PretrainingBuilder WithCheckpoints(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return Set(() => _run = _run with { CheckpointFolder = folder });
    }

    /// <summary>
    /// Measures now and then what the frozen features are worth on labeled images: nearest neighbors and a linear probe. The run learns
    /// nothing from the labels; they decide only which epoch counts as the best.
    /// </summary>
    /// <param name="training">What the probes learn from.</param>
    /// <param name="validation">What they are tested on; of the same classes.</param>
    /// <param name="everyEpochs">The epochs from one evaluation to the next, at least 1. The last epoch has one in any case.</param>
    /// <exception cref="ArgumentException">The classes differ, or there are none.</exception>
    public PretrainingBuilder WithEvaluation(IImageDataset training, IImageDataset validation, int everyEpochs = 1)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(validation);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(everyEpochs);
        IImageDataset aligned = LabeledClasses.Align(training.ClassNames, validation, nameof(validation));
        return Set(() => _probe = new LabeledProbe(training, aligned, everyEpochs));
    }

    /// <summary>Calls the app after each step, and waits for it.</summary>
    /// <param name="callback">Gets how far the run has come, and the run's token.</param>
    public PretrainingBuilder OnStep(Func<TrainingProgress, CancellationToken, ValueTask> callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return Set(() => _onStep = callback);
    }

    /// <summary>Calls the app after each epoch, and waits for it.</summary>
    /// <param name="callback">Gets the epoch's record and the run's token; <see langword="false"/> ends the run, with what it has learned as its result.</param>
    public PretrainingBuilder OnEpoch(Func<PretrainingRecord, CancellationToken, ValueTask<bool>> callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return Set(() => _onEpoch = callback);
    }

    /// <summary>Where to train.</summary>
    /// <param name="device">See <see cref="TorchDevice"/>.</param>
    public PretrainingBuilder UseDevice(TorchDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return Set(() => _run = _run with { Device = device });
    }

    /// <summary>How images are decoded, and how large they may be.</summary>
    /// <param name="options">Replaces all of it.</param>
    public PretrainingBuilder WithDecoding(ImageDecodingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Set(() => _run = _run with { Decoding = options });
    }

    /// <summary>Where warnings go: unreadable images, damaged checkpoints, collapse.</summary>
    /// <param name="logger">The app's.</param>
    public PretrainingBuilder WithLogger(ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(logger);
        return Set(() => _logger = logger);
    }

    /// <summary>Trains to the end, from the newest checkpoint if there is one. On cancellation a checkpoint is written first.</summary>
    /// <param name="progress">Told after each step.</param>
    /// <param name="cancellationToken">Cancels between batches.</param>
    /// <exception cref="ScottConfigurationException">An option is not legal.</exception>
    /// <exception cref="DatasetException">The images do not fill a batch, or cannot be read.</exception>
    /// <exception cref="CheckpointException">
    /// The checkpoint folder cannot be used: its checkpoints are damaged or of another run, another run uses it, the disk is full before the last step, or it
    /// cannot be written or read. <see cref="CheckpointException.Fault"/> says which.
    /// </exception>
    /// <exception cref="TrainingDivergedException">A loss is not a number.</exception>
    /// <exception cref="NativeLibraryException">libtorch is missing or does not load.</exception>
    /// <exception cref="InvalidOperationException">It has run before.</exception>
    public async Task<PretrainingResult> RunAsync(IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ThrowIfRun();
        _hasRun = true;
        var request = new PretrainingRequest(
            _model,
            _dataset,
            _options,
            _augmentation,
            _run,
            _probe,
            _onStep,
            _onEpoch,
            (weights, record, path, token) => Describe(weights, record).SaveAsync(path, token),
            _logger);
        TrainingOutcome<PretrainingRecord> outcome = await TorchThread.RunAsync(() => new Pretrainer(request).RunAsync(progress, cancellationToken)).ConfigureAwait(false);
        PretrainingRecord? best = outcome.BestEpoch is { } epoch ? outcome.History.First(record => record.Epoch == epoch.Epoch) : null;
        ScottModel last = Describe(outcome.Last, outcome.History[^1]);
        return new PretrainingResult(
            outcome.Best is { } weights && best is not null ? Describe(weights, best) : last,
            last,
            outcome.History,
            outcome.BestEpoch,
            outcome.EndedEarly)
        {
            CheckpointError = outcome.CheckpointError,
        };
    }

    private static Dictionary<string, double> Metrics(PretrainingRecord record)
    {
        var metrics = new Dictionary<string, double> { ["effectiveRank"] = record.Health.EffectiveRank };
        if (record.Accuracy is { } accuracy)
        {
            metrics["neighborTop1"] = accuracy.NeighborTop1;
            metrics["linearTop1"] = accuracy.LinearTop1;
        }

        return metrics;
    }

    private ScottModel Describe(WeightSet weights, PretrainingRecord record) => _model.WithWeights(weights).WithMetadata(_model.Metadata with
    {
        Provenance = FormattableString.Invariant($"pretrained from: {_model.Metadata.Provenance ?? "unknown"}; {Plural.Of(_dataset.Count, "image")}, {Plural.Of(record.Epoch, "epoch")}, {Plural.Of(record.Steps, "step")}"),
        Recipe = _options.ToJson(),
        Metrics = Metrics(record),
    });

    private PretrainingBuilder Set(Action change)
    {
        ThrowIfRun();
        change();
        return this;
    }

    private void ThrowIfRun()
    {
        if (_hasRun)
        {
            throw new InvalidOperationException("This run was carried out; begin anew with ScottModel.Pretrain().");
        }
    }
}
