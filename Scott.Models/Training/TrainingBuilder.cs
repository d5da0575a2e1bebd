using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Torch;
using Scott.Models.Training;

namespace Scott.Models;

/// <summary>What the builders of all kinds of training share. The last call of each kind wins; a builder runs once. Not thread-safe.</summary>
/// <typeparam name="TBuilder">The builder itself.</typeparam>
/// <typeparam name="TOptions">The recipe.</typeparam>
/// <typeparam name="TRecord">The record of an epoch.</typeparam>
/// <typeparam name="TResult">What a run returns.</typeparam>
public abstract class TrainingBuilder<TBuilder, TOptions, TRecord, TResult>
    where TBuilder : TrainingBuilder<TBuilder, TOptions, TRecord, TResult>
    where TOptions : TrainingOptions
    where TRecord : TrainingRecord
{
    private readonly BuilderState _state;

    /// <param name="model">The model whose weights the run starts from.</param>
    /// <param name="dataset">The images to learn from.</param>
    /// <param name="options">The default recipe.</param>
    /// <param name="verb">The method of the model that makes this builder.</param>
    private protected TrainingBuilder(ScottModel model, IImageDataset dataset, TOptions options, string verb)
    {
        _state = new BuilderState("run", $"model.{verb}()");
        Request = new TrainingRequest<TRecord>(model, dataset);
        Options = options;
    }

    private protected TrainingRequest<TRecord> Request { get; set; }
    private protected TOptions Options { get; private set; }

    /// <summary>Replaces the whole recipe: epochs, batch, schedules, seed.</summary>
    /// <param name="options">The new recipe.</param>
    public TBuilder WithOptions(TOptions options) => Set(options, value => Options = value);

    /// <summary>Replaces how the run works: device, workers, memory, checkpoints.</summary>
    /// <param name="options">The new options.</param>
    public TBuilder WithRunOptions(TrainingRunOptions options) => Set(options, value => Request = Request with { Run = value });

    /// <summary>Sets how often each image is seen.</summary>
    /// <param name="epochs">See <see cref="TrainingOptions.Epochs"/>.</param>
    public TBuilder WithEpochs(int epochs) => WithOptions(Options with { Epochs = epochs });

    /// <summary>Sets how long the run may take; the schedules are spread over that time.</summary>
    /// <param name="budget">See <see cref="TrainingOptions.TimeBudget"/>.</param>
    public TBuilder WithTimeBudget(TimeSpan budget) => WithOptions(Options with { TimeBudget = budget });

    /// <summary>Ends the run early when the watched figure stops improving.</summary>
    /// <remarks>Pre-training and distillation also need <c>WithEvaluation</c>, or <see cref="WatchedFigure.EffectiveRank"/> as the watched
    /// figure.</remarks>
    /// <param name="patience">Epochs without a better figure; see <see cref="TrainingOptions.Patience"/>.</param>
    public TBuilder WithEarlyStop(int patience) => WithOptions(Options with { Patience = patience });

    /// <summary>Sets the number type to compute with.</summary>
    /// <param name="precision">See <see cref="TrainingOptions.Precision"/>.</param>
    public TBuilder WithPrecision(TrainingPrecision precision) => WithOptions(Options with { Precision = precision });

    /// <summary>Sets the number of images in one batch.</summary>
    /// <param name="batchSize">See <see cref="TrainingOptions.BatchSize"/>.</param>
    public TBuilder WithBatchSize(int batchSize) => WithOptions(Options with { BatchSize = batchSize });

    /// <summary>Sets the seed that decides every random draw.</summary>
    /// <param name="seed">See <see cref="TrainingOptions.Seed"/>.</param>
    public TBuilder WithSeed(long seed) => WithOptions(Options with { Seed = seed });

    /// <summary>Writes checkpoints, records, a report and the best model into a folder. A run that finds checkpoints there resumes.</summary>
    /// <param name="folder">The folder; it is created if it does not exist.</param>
    public TBuilder WithCheckpoints(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return WithRunOptions(Request.Run with { CheckpointFolder = folder });
    }

    /// <summary>Sets how images are decoded, and how large they may be.</summary>
    /// <param name="options">The new options, which replace all earlier ones.</param>
    public TBuilder WithDecoding(ImageDecodingOptions options) =>
        Set(options, value => WithRunOptions(Request.Run with { Decoding = value }));

    /// <summary>Sets where to train.</summary>
    /// <param name="device">See <see cref="TorchDevice"/>.</param>
    public TBuilder UseDevice(TorchDevice device) => Set(device, value => WithRunOptions(Request.Run with { Device = value }));

    /// <summary>Calls the app after each step, and waits for it.</summary>
    /// <param name="callback">Gets the progress and the run's token.</param>
    public TBuilder OnStep(Func<TrainingProgress, CancellationToken, ValueTask> callback) =>
        Set(callback, value => Request = Request with { OnStep = (step, token) => TorchThread.CallApp(() => value(step, token)) });

    /// <summary>Calls the app after each epoch, and waits for it.</summary>
    /// <param name="callback">Gets the record and the run's token; <see langword="false"/> ends the run, which returns what it has learned.</param>
    public TBuilder OnEpoch(Func<TRecord, CancellationToken, ValueTask<bool>> callback) =>
        Set(callback, value => Request = Request with { OnEpoch = (record, token) => TorchThread.CallApp(() => value(record, token)) });

    /// <summary>Sets where warnings go: unreadable images, damaged checkpoints, figures that look wrong.</summary>
    /// <param name="logger">The app's logger.</param>
    public TBuilder WithLogger(ILogger logger) => Set(logger, value => Request = Request with { Logger = value });

    /// <summary>Trains to the end, from the newest checkpoint if there is one. A canceled run writes a checkpoint before it stops.</summary>
    /// <param name="progress">Gets the progress after each step.</param>
    /// <param name="cancellationToken">Cancels between batches.</param>
    /// <exception cref="ScottConfigurationException">An option is not legal.</exception>
    /// <exception cref="DatasetException">There are too few images for a batch, a class has none, or they cannot be read.</exception>
    /// <exception cref="CheckpointException">
    /// The run cannot use its folder: the checkpoints are damaged or of another run, another run uses it, the disk is full before the last step, or
    /// it cannot be written or read. <see cref="CheckpointException.Fault"/> says which.
    /// </exception>
    /// <exception cref="TrainingDivergedException">A loss, a gradient or a weight is not a finite number.</exception>
    /// <exception cref="FeatureException">An evaluation computes numbers that are not finite for an image.</exception>
    /// <exception cref="NativeLibraryException">libtorch is missing or does not load.</exception>
    /// <exception cref="DeviceNotAvailableException">This machine does not have the device.</exception>
    /// <exception cref="InvalidOperationException">The builder has run before.</exception>
    public async Task<TResult> RunAsync(IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        _state.UseUp();
        Options.Validate();
        Request.Augmentation?.Validate();
        Request.Run.Validate();
        return await TorchThread.RunAsync(() => TrainAsync(TorchThread.ForApp(progress), cancellationToken)).ConfigureAwait(false);
    }

    private protected TBuilder Set<T>(T value, Action<T> set, [CallerArgumentExpression(nameof(value))] string parameter = "")
        where T : class
    {
        ArgumentNullException.ThrowIfNull(value, parameter);
        return Set(() => set(value));
    }

    private protected TBuilder Set(Action change)
    {
        _state.ThrowIfUsedUp();
        change();
        return (TBuilder)this;
    }

    /// <summary>Creates what the run trains, before the first step.</summary>
    private protected abstract Task<ITrainingMethod<TRecord, TResult>> CreateMethodAsync(TOptions options, CancellationToken cancellationToken);

    /// <summary>A run that resumes without a wish for a precision keeps the one that it began with: otherwise its result would be another.</summary>
    private async Task<TrainingPrecision> ResolvePrecisionAsync(CancellationToken cancellationToken)
    {
        TrainingPrecision precision = Options.ResolvePrecision(Request.Run.Device);
        if (Options.Precision != TrainingPrecision.Auto || Request.Run.CheckpointFolder is not { } folder)
            return precision;

        string? saved = await new CheckpointStore(folder, kept: 1).PeekOptionsAsync(cancellationToken).ConfigureAwait(true);
        if (!Enum.TryParse(SettingsJson.Find(saved, "recipe.precision"), out TrainingPrecision first) || first == precision)
            return precision;

        RunLog.KeepsPrecision(Request.Logger, first, precision);
        return first;
    }

    private async Task<TResult> TrainAsync(IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        Request = Request with { Recipe = Options.ToJson() };
        TOptions options = Options with { Precision = await ResolvePrecisionAsync(cancellationToken).ConfigureAwait(true) };
        using ITrainingMethod<TRecord, TResult> method = await CreateMethodAsync(options, cancellationToken).ConfigureAwait(true);
        return method.CreateResult(await new TrainingRun<TRecord>(Request, method, progress).RunAsync(cancellationToken).ConfigureAwait(true));
    }
}
