using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Weights;

namespace Scott.Models.Training;

/// <summary>What the app asked for, whatever the method. The method has the recipe.</summary>
internal sealed record TrainingRequest<TRecord>
    where TRecord : TrainingRecord
{
    /// <summary>The model whose weights the run starts from.</summary>
    public required ScottModel Model { get; init; }
    public required IImageDataset Dataset { get; init; }

    /// <summary>The recipe as the app set it, as JSON, for the metadata of the result.</summary>
    public required string Recipe { get; init; }

    /// <summary>The random changes of the images; <see langword="null"/> for none.</summary>
    public AugmentationSpec? Augmentation { get; init; }
    public required TrainingRunOptions Run { get; init; }

    /// <summary>Awaited after each step.</summary>
    public required Func<TrainingProgress, CancellationToken, ValueTask> OnStep { get; init; }

    /// <summary>Awaited after each epoch; <see langword="false"/> ends the run.</summary>
    public required Func<TRecord, CancellationToken, ValueTask<bool>> OnEpoch { get; init; }
    public required ILogger Logger { get; init; }

    /// <summary>The metadata of a model that the run made.</summary>
    public ModelMetadata Describe(string origin, string noun, TrainingRecord record, Dictionary<string, double> metrics)
    {
        string length = $"{Plural.Of(Dataset.Count, noun)}, {Plural.Of(record.Epoch, "epoch")}, {Plural.Of(record.Steps, "step")}";
        return Model.Metadata with
        {
            Provenance = $"{origin}: {Model.Metadata.Provenance ?? "unknown"}; {length}",
            Recipe = Recipe,
            Metrics = metrics,
        };
    }
}

/// <summary>What a run produced, as weights.</summary>
/// <param name="Last">The weights after the last step: <see cref="ITrainingMethod{TRecord}.ExportWeights"/>.</param>
/// <param name="History">A record of each epoch.</param>
/// <param name="Best">The weights after the best epoch, if an epoch had the watched figure.</param>
/// <param name="BestEpoch">Which epoch that was.</param>
/// <param name="EndedEarly">Whether patience or the app ended the run before all its steps.</param>
/// <param name="CheckpointError">Why the last files could not be written; <see langword="null"/> if they were.</param>
internal sealed record TrainingOutcome<TRecord>(
    WeightSet Last, IReadOnlyList<TRecord> History, WeightSet? Best, BestEpoch? BestEpoch, bool EndedEarly, CheckpointException? CheckpointError)
    where TRecord : TrainingRecord
{
    public TRecord? BestRecord => BestEpoch is { } best ? History.First(record => record.Epoch == best.Epoch) : null;
}
