using System.Text.Json.Serialization.Metadata;
using Scott.Models.Weights;

namespace Scott.Models.Training;

/// <summary>What sets one kind of training apart from another: its steps, how it is examined, what its records are.</summary>
/// <typeparam name="TRecord">Its record of an epoch.</typeparam>
internal interface ITrainingMethod<TRecord>
    where TRecord : TrainingRecord
{
    /// <summary>What the run drives.</summary>
    IStepRunner Runner { get; }

    JsonTypeInfo<TRecord> RecordFormat { get; }

    JsonTypeInfo<List<TRecord>> HistoryFormat { get; }

    /// <summary>Examines what is trained, after an epoch's last step.</summary>
    /// <param name="summary">What is known of the epoch.</param>
    /// <param name="history">The records of those before.</param>
    /// <param name="cancellationToken">Cancels the evaluation.</param>
    Task<TRecord> ExamineAsync(EpochSummary summary, IReadOnlyList<TRecord> history, CancellationToken cancellationToken);

    /// <summary>The figure that decides which epoch is the best; more is better. <see langword="null"/> if the epoch has none.</summary>
    double? Watched(TRecord record);

    /// <summary>The weights that the run is for, as they are now.</summary>
    WeightSet Product();

    /// <summary>The run so far, for people.</summary>
    TrainingReport Report(RunStatus<TRecord> status);

    /// <summary>Every figure of every epoch, for TensorBoard.</summary>
    IEnumerable<(string Tag, double Value, long Step)> Scalars(IReadOnlyList<TRecord> history);
}
