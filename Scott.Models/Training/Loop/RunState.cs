using Scott.Models.Weights;

namespace Scott.Models.Training;

/// <summary>Where a run stands, besides its networks: plan, records, the current epoch, the best epoch, the time. A checkpoint keeps it.</summary>
internal sealed class RunState<TRecord>(TrainingOptions options, IStepRunner runner)
    where TRecord : TrainingRecord
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly List<TRecord> _history = [];
    private TimeSpan _elapsedBefore;
    private TimeSpan _preparation;

    /// <summary>The schedules. A time budget changes them between steps.</summary>
    public TrainingPlan Plan { get; set; } = new(options, runner.StepsPerEpoch);

    public long Steps => runner.Steps;

    /// <summary>The step of the newest checkpoint; <see langword="null"/> if there is none.</summary>
    public long? CheckpointStep { get; set; }
    public IReadOnlyList<TRecord> History => _history;

    /// <summary>The sums of the current epoch.</summary>
    public EpochSums Epoch { get; private set; } = new();

    public BestEpoch? Best { get; private set; }
    public WeightSet? BestWeights { get; private set; }

    /// <summary>Whether the last record is not decided on yet: what the epoch means for the run.</summary>
    public bool IsUndecided { get; set; }

    /// <summary>Whether the last step of an epoch is taken, and its record is missing.</summary>
    public bool IsRecordDue => Epoch.Steps > 0 && Plan.EndsEpoch(Steps);

    /// <summary>Whether patience or the app ended the run before all its steps.</summary>
    public bool EndedEarly { get; set; }
    public bool IsTrained => Steps >= Plan.TotalSteps || EndedEarly;

    /// <summary>The run's time so far, the time before it was resumed included.</summary>
    public TimeSpan Elapsed => _elapsedBefore + Stopwatch.GetElapsedTime(_started);

    /// <summary>The part of the time in which no steps were taken yet, in this process and in those before.</summary>
    public TimeSpan Preparation => _preparation;

    /// <summary>The time of one step, evaluations and checkpoints included. What comes before the first step is not repeated with each, and does not
    /// count.</summary>
    public TimeSpan PerStep => (Elapsed - _preparation) / Steps;

    /// <summary>The steps of this process begin.</summary>
    public void EndPreparation() => _preparation += Stopwatch.GetElapsedTime(_started);

    public void AddStep(StepResult result, TimeSpan time) => Epoch = Epoch.Add(result, time);

    public void EndEpoch(TRecord record)
    {
        _history.Add(record);
        (Epoch, IsUndecided) = (new EpochSums(), true);
    }

    /// <summary>The number after that of the last recorded epoch. Changed settings may make epochs of another length.</summary>
    public int NextEpoch => _history.Count == 0 ? 1 : _history[^1].Epoch + 1;

    public void SetBest(BestEpoch best, WeightSet weights) => (Best, BestWeights) = (best, weights);

    /// <summary>No epoch is the best one any more.</summary>
    public void ForgetBest() => (Best, BestWeights) = (null, null);

    /// <summary>Everything except history and weights, for a checkpoint.</summary>
    public SavedState Capture(IReadOnlyDictionary<string, string> images, string? judge) =>
        new(Plan.Pace, Elapsed.TotalSeconds, Epoch, Best, EndedEarly, images, IsUndecided, judge, _preparation.TotalSeconds);

    /// <summary>Continues from a checkpoint.</summary>
    public void Restore(SavedState saved, IEnumerable<TRecord> history, WeightSet? bestWeights)
    {
        _history.AddRange(history);
        (_elapsedBefore, _preparation) = (TimeSpan.FromSeconds(saved.ElapsedSeconds), TimeSpan.FromSeconds(saved.PreparationSeconds));
        (Epoch, Best, BestWeights, EndedEarly, IsUndecided) = (saved.Epoch, saved.Best, bestWeights, saved.IsEnded, saved.IsUndecided);
    }
}

/// <summary>The part of a run's state that a checkpoint keeps as JSON. Checkpoints of earlier versions have no digests of the images and no
/// judge.</summary>
internal sealed record SavedState(
    PlanPace Pace, double ElapsedSeconds, EpochSums Epoch, BestEpoch? Best, bool IsEnded, IReadOnlyDictionary<string, string>? Images = null,
    bool IsUndecided = false, string? Judge = null, double PreparationSeconds = 0);
