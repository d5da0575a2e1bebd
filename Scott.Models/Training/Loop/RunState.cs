using Scott.Models.Weights;

namespace Scott.Models.Training;

/// <summary>Where a run stands, besides its networks: plan, records, the current epoch, the best epoch, the time. A checkpoint keeps it.</summary>
internal sealed class RunState<TRecord>(TrainingOptions options, IStepRunner runner)
    where TRecord : TrainingRecord
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly List<TRecord> _history = [];
    private TimeSpan _elapsedBefore;

    /// <summary>The schedules. A time budget changes them between steps.</summary>
    public TrainingPlan Plan { get; set; } = new(options, runner.StepsPerEpoch);

    /// <summary>The optimizer steps taken so far.</summary>
    public long Steps => runner.Steps;

    /// <summary>The step of the newest checkpoint; <see langword="null"/> if there is none.</summary>
    public long? CheckpointStep { get; set; }

    /// <summary>The records of the epochs so far.</summary>
    public IReadOnlyList<TRecord> History => _history;

    /// <summary>The sums of the current epoch.</summary>
    public EpochSums Epoch { get; private set; } = new();

    public BestEpoch? Best { get; private set; }

    /// <summary>The weights after the best epoch: <see cref="ITrainingMethod{TRecord}.ExportWeights"/>.</summary>
    public WeightSet? BestWeights { get; private set; }

    /// <summary>Whether patience or the app ended the run before all its steps.</summary>
    public bool EndedEarly { get; set; }

    /// <summary>Whether no more steps follow.</summary>
    public bool IsTrained => Steps >= Plan.TotalSteps || EndedEarly;

    /// <summary>The run's time so far, with that before it was resumed.</summary>
    public TimeSpan Elapsed => _elapsedBefore + Stopwatch.GetElapsedTime(_started);

    public void AddStep(StepResult result, TimeSpan time) => Epoch = Epoch.Add(result, time);

    /// <summary>Ends the current epoch with its record.</summary>
    public void EndEpoch(TRecord record)
    {
        _history.Add(record);
        Epoch = new EpochSums();
    }

    public void SetBest(BestEpoch best, WeightSet weights) => (Best, BestWeights) = (best, weights);

    /// <summary>All but history and weights, for a checkpoint.</summary>
    public SavedState Capture(IReadOnlyDictionary<string, string> images) => new(Plan.Pace, Elapsed.TotalSeconds, Epoch, Best, EndedEarly, images);

    /// <summary>Continues from a checkpoint.</summary>
    public void Restore(SavedState saved, IEnumerable<TRecord> history, WeightSet? bestWeights)
    {
        _history.AddRange(history);
        _elapsedBefore = TimeSpan.FromSeconds(saved.ElapsedSeconds);
        Epoch = saved.Epoch;
        Best = saved.Best;
        BestWeights = bestWeights;
        EndedEarly = saved.IsEnded;
    }
}

/// <summary>The part of a run's state that a checkpoint keeps as JSON.</summary>
/// <param name="Pace">How the schedules are spread over steps.</param>
/// <param name="ElapsedSeconds">The run's time so far.</param>
/// <param name="Epoch">The sums of the current epoch.</param>
/// <param name="Best">The best epoch so far, if one had the watched figure.</param>
/// <param name="IsEnded">Whether patience or the app ended the run before all its steps.</param>
/// <param name="Images">The digest of the images of each role; <see langword="null"/> in checkpoints of versions that had no digests.</param>
internal sealed record SavedState(
    PlanPace Pace, double ElapsedSeconds, EpochSums Epoch, BestEpoch? Best, bool IsEnded, IReadOnlyDictionary<string, string>? Images = null);
