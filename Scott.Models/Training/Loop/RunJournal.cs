using System.Diagnostics;
using Scott.Models.Weights;

namespace Scott.Models.Training;

/// <summary>What a run knows of itself, beside its networks: records, the epoch at work, the best epoch, the time. Goes into checkpoints and comes back.</summary>
internal sealed class RunJournal<TRecord>
    where TRecord : TrainingRecord
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly List<TRecord> _history = [];
    private TimeSpan _elapsedBefore;

    /// <summary>The epochs' records so far.</summary>
    public IReadOnlyList<TRecord> History => _history;

    /// <summary>What the epoch at work adds up to.</summary>
    public EpochSums Epoch { get; private set; } = new();

    public BestEpoch? Best { get; private set; }

    /// <summary>What the run was worth after the best epoch: <see cref="ITrainingMethod{TRecord}.Product"/>.</summary>
    public WeightSet? BestWeights { get; private set; }

    /// <summary>Whether patience or the caller ended the run before all its steps.</summary>
    public bool EndedEarly { get; set; }

    /// <summary>The run's time so far, of all its parts.</summary>
    public TimeSpan Elapsed => _elapsedBefore + Stopwatch.GetElapsedTime(_started);

    public void AddStep(StepResult result, TimeSpan time) => Epoch = Epoch.Add(result, time);

    /// <summary>Ends the epoch at work with its record.</summary>
    public void EndEpoch(TRecord record)
    {
        _history.Add(record);
        Epoch = new EpochSums();
    }

    public void SetBest(BestEpoch best, WeightSet weights)
    {
        Best = best;
        BestWeights = weights;
    }

    /// <summary>All but history and weights, for a checkpoint.</summary>
    public RunState Capture(PlanPace pace) => new(pace, Elapsed.TotalSeconds, Epoch, Best, EndedEarly);

    /// <summary>Goes on from a checkpoint.</summary>
    public void Restore(RunState state, IEnumerable<TRecord> history, WeightSet? bestWeights)
    {
        _history.AddRange(history);
        _elapsedBefore = TimeSpan.FromSeconds(state.ElapsedSeconds);
        Epoch = state.Epoch;
        Best = state.Best;
        BestWeights = bestWeights;
        EndedEarly = state.IsEnded;
    }
}
