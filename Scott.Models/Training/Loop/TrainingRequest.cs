using Microsoft.Extensions.Logging;
using Scott.Models.Weights;

namespace Scott.Models.Training;

/// <summary>All that a run is made of, beside what it trains.</summary>
internal sealed record TrainingRequest<TRecord>
    where TRecord : TrainingRecord
{
    /// <summary>What telemetry calls the run.</summary>
    public required Operation Operation { get; init; }

    /// <summary>The recipe's schedules.</summary>
    public required ScheduleOptions Schedules { get; init; }

    /// <summary>What makes the run the run that it is, as JSON: see <see cref="RunSettings"/>.</summary>
    public required string Identity { get; init; }

    /// <summary>The images that decide what it ends in, each role once.</summary>
    public required IReadOnlyList<RunImages> Images { get; init; }

    /// <summary>How to carry it out.</summary>
    public required TrainingRunOptions Run { get; init; }

    /// <summary>A time to fit the run into.</summary>
    public required TimeSpan? TimeBudget { get; init; }

    /// <summary>Epochs without a better one after which it ends.</summary>
    public required int? Patience { get; init; }

    /// <summary>Awaited after each step.</summary>
    public required Func<TrainingProgress, CancellationToken, ValueTask> OnStep { get; init; }

    /// <summary>Awaited after each epoch; <see langword="false"/> ends the run.</summary>
    public required Func<TRecord, CancellationToken, ValueTask<bool>> OnEpoch { get; init; }

    /// <summary>Writes weights after an epoch as a model file: weights, the epoch's record, path.</summary>
    public required Func<WeightSet, TRecord, string, CancellationToken, Task> SaveModelAsync { get; init; }

    /// <summary>Where warnings go.</summary>
    public required ILogger Logger { get; init; }
}
