using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Scott.Models.Configuration;
using Scott.Models.Data;
using Scott.Models.Errors;
using Scott.Models.Imaging.Augmentation;
using Scott.Models.Native;
using Scott.Models.Pretraining;
using Scott.Models.Weights;

namespace Scott.Models;

/// <summary>Sets up a pre-training run and carries it out. Made by <see cref="ScottModel.Pretrain"/>; the last call of each kind wins. Not thread-safe.</summary>
public sealed class PretrainingBuilder
{
    private readonly ScottModel _model;
    private readonly IImageDataset _dataset;
    private PretrainingOptions _options = new();
    private PretrainingRunOptions _run = new();
    private AugmentationSpec _augmentation = new();
    private ILogger _logger = NullLogger.Instance;
    private bool _hasRun;

    internal PretrainingBuilder(ScottModel model, IImageDataset dataset)
    {
        _model = model;
        _dataset = dataset;
    }

    /// <summary>Replaces the recipe: epochs, batch, schedules, masks, seed.</summary>
    /// <param name="options">The new one.</param>
    public PretrainingBuilder WithOptions(PretrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Set(() => _options = options);
    }

    /// <summary>Replaces how the run is carried out: device, workers, memory, checkpoints.</summary>
    /// <param name="options">The new options.</param>
    public PretrainingBuilder WithRunOptions(PretrainingRunOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Set(() => _run = options);
    }

    /// <summary>How often each picture is seen.</summary>
    /// <param name="epochs">See <see cref="PretrainingOptions.Epochs"/>.</param>
    public PretrainingBuilder WithEpochs(int epochs) => Set(() => _options = _options with { Epochs = epochs });

    /// <summary>Pictures in one batch.</summary>
    /// <param name="batchSize">See <see cref="PretrainingOptions.BatchSize"/>.</param>
    public PretrainingBuilder WithBatchSize(int batchSize) => Set(() => _options = _options with { BatchSize = batchSize });

    /// <summary>Decides every draw.</summary>
    /// <param name="seed">See <see cref="PretrainingOptions.Seed"/>.</param>
    public PretrainingBuilder WithSeed(long seed) => Set(() => _options = _options with { Seed = seed });

    /// <summary>The random changes of the pictures.</summary>
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

    /// <summary>Where to train.</summary>
    /// <param name="device">See <see cref="TorchDevice"/>.</param>
    public PretrainingBuilder UseDevice(TorchDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        return Set(() => _run = _run with { Device = device });
    }

    /// <summary>Where warnings go: unreadable pictures, damaged checkpoints, collapse.</summary>
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
    /// <exception cref="DatasetException">The pictures do not fill a batch, or cannot be read.</exception>
    /// <exception cref="CheckpointException">The folder's checkpoints are damaged, or of a run with other settings.</exception>
    /// <exception cref="TrainingDivergedException">A loss is not a number.</exception>
    /// <exception cref="NativeLibraryException">libtorch is missing or does not load.</exception>
    /// <exception cref="InvalidOperationException">It has run before.</exception>
    public async Task<PretrainingResult> RunAsync(IProgress<PretrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ThrowIfRun();
        _hasRun = true;
        var snapshot = new ModelSnapshot(_model.Architecture, _model.Preprocessing, _model.Weights, _model.Metadata);
        var pretrainer = new Pretrainer(snapshot, _dataset, _options, _augmentation, _run, _logger);
        WeightSet weights = await Task.Run(() => pretrainer.RunAsync(progress, cancellationToken), cancellationToken).ConfigureAwait(false);
        ModelMetadata metadata = _model.Metadata with
        {
            Provenance = FormattableString.Invariant($"pretrained from: {_model.Metadata.Provenance ?? "unknown"}; {_dataset.Count} pictures, {_options.Epochs} epochs"),
            Recipe = _options.ToJson(),
            Metrics = new Dictionary<string, double>(),
        };
        return new PretrainingResult(_model.WithWeights(weights).WithMetadata(metadata), pretrainer.History);
    }

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
