using System.Text.Json.Serialization.Metadata;
using Scott.Models.Weights;

namespace Scott.Models.Training;

/// <summary>What differs between kinds of training: steps, evaluation, records. Owns what it trains.</summary>
internal interface ITrainingMethod<TRecord> : IDisposable
    where TRecord : TrainingRecord
{
    /// <summary>What telemetry calls a run, for example <see cref="Operation.Pretrain"/>.</summary>
    string OperationName { get; }

    /// <summary>The recipe, with every setting resolved.</summary>
    TrainingOptions Options { get; }

    /// <summary>The settings that identify the run, as JSON. Runs with the same settings and the same images end in the same weights.</summary>
    string Identity { get; }

    /// <summary>The images that decide the result, one set for each role.</summary>
    IReadOnlyList<ImageSet> Images { get; }
    IStepRunner Runner { get; }
    ReportLayout<TRecord> Layout { get; }
    JsonTypeInfo<List<TRecord>> HistoryFormat { get; }

    /// <summary>Evaluates the networks after an epoch: the method's own figures. <see cref="EpochSummary.Complete"/> adds the others.</summary>
    Task<TRecord> EvaluateEpochAsync(EpochSummary summary, IReadOnlyList<TRecord> history, CancellationToken cancellationToken);

    /// <summary>What <see cref="Watched"/> measures, and on which images: figures of another judge cannot be compared. <see langword="null"/> if
    /// there is no figure.</summary>
    string? Judge { get; }

    /// <summary>Whether the run sets some of its images aside for validation. The recipe's ratio and seed then decide which.</summary>
    bool DrawsValidation => false;

    /// <summary>The figure that decides which epoch is the best; more is better. <see langword="null"/> if the epoch has none.</summary>
    double? Watched(TRecord record);

    /// <summary>The weights of the result, as they are now.</summary>
    WeightSet ExportWeights();

    Task SaveModelAsync(WeightSet weights, TRecord record, string path, CancellationToken cancellationToken);
}

/// <summary>A method that makes the result of a run for the app.</summary>
internal interface ITrainingMethod<TRecord, out TResult> : ITrainingMethod<TRecord>
    where TRecord : TrainingRecord
{
    TResult CreateResult(TrainingOutcome<TRecord> outcome);
}
