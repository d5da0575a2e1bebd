using Microsoft.Extensions.Logging.Abstractions;
using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Weights;

namespace Scott.Models.Training;

/// <summary>What the app asked for, in any kind of training, except the recipe, which the method has.</summary>
/// <param name="Model">The model whose weights the run starts from.</param>
/// <param name="Dataset">The images to learn from.</param>
internal sealed record TrainingRequest<TRecord>(ScottModel Model, IImageDataset Dataset)
    where TRecord : TrainingRecord
{
    /// <summary>The recipe as the app set it, as JSON, for the metadata of the result.</summary>
    public string Recipe { get; init; } = "{}";
    /// <summary>The random changes of the images; <see langword="null"/> for none.</summary>
    public AugmentationSpec? Augmentation { get; init; } = new();

    /// <summary>How the run works on this machine; images are decoded to the model's number of channels.</summary>
    public TrainingRunOptions Run
    {
        get => field with { Decoding = field.Decoding.ForChannels(Model.Architecture.Channels) };
        init;
    } = new();

    /// <summary>Awaited after each step.</summary>
    public Func<TrainingProgress, CancellationToken, ValueTask> OnStep { get; init; } = (_, _) => ValueTask.CompletedTask;

    /// <summary>Awaited after each epoch; <see langword="false"/> ends the run.</summary>
    public Func<TRecord, CancellationToken, ValueTask<bool>> OnEpoch { get; init; } = (_, _) => ValueTask.FromResult(true);

    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Logs that another image takes the place of one that cannot be read.</summary>
    public void LogReplaced(string name, Exception exception) => RunLog.Unreadable(Logger, name, exception);

    /// <summary>Logs what looks wrong about the training images before they are read.</summary>
    public void LogSuspect(IImageDataset training) => new DatasetProblemLog(Logger).TellSuspect(training, "training");

    /// <exception cref="DatasetException">No image of a class can be read.</exception>
    public async Task RequireReadableAsync(IImageDataset training, IImageDataset validation, CancellationToken cancellationToken)
    {
        new DatasetProblemLog(Logger).TellShared(training, "training", validation, "validation");
        await ReadableClasses.RequireAsync(training, "training", Run.Decoding, cancellationToken).ConfigureAwait(true);
        await ReadableClasses.RequireAsync(validation, "validation", Run.Decoding, cancellationToken).ConfigureAwait(true);
    }

    /// <summary>The metadata of a model that the run made. Its name, license and images are the caller's to state, not those of the start
    /// model.</summary>
    public ModelMetadata Describe(string origin, string images, TrainingRecord record, Dictionary<string, double> metrics)
    {
        string length = $"{images}, {Plural.Of(record.Epoch, "epoch")}, {Plural.Of(record.Steps, "step")}";
        ModelMetadata start = Model.Metadata;
        string name = start.Revision is { } revision ? $"{start.Id}, revision {revision}" : start.Id;
        return new ModelMetadata
        {
            Provenance = $"{origin} {name} ({start.Provenance ?? "of unknown origin"}); {length}",
            Recipe = Recipe,
            Metrics = metrics,
        };
    }
}

/// <summary>What a run produced: weights after the last step, and after the best epoch if there is one; why the last files are missing.</summary>
internal sealed record TrainingOutcome<TRecord>(
    WeightSet Last, IReadOnlyList<TRecord> History, WeightSet? Best, BestEpoch? BestEpoch, bool EndedEarly, CheckpointException? CheckpointError)
    where TRecord : TrainingRecord
{
    public TRecord? BestRecord => BestEpoch is { } best ? History.First(record => record.Epoch == best.Epoch) : null;
}
