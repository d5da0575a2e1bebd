using Scott.Models.Torch;

namespace Scott.Models.Training;

/// <summary>A recipe's schedules laid out over a number of steps: what each optimizer step uses. Immutable.</summary>
internal sealed class TrainingPlan
{
    private readonly ScheduleOptions _options;
    private readonly LearningRateSchedule _learningRate;
    private readonly RampSchedule _weightDecay;
    private readonly RampSchedule _momentum;

    /// <param name="options">The recipe's schedules.</param>
    /// <param name="stepsPerEpoch">Optimizer steps in one epoch, at least 1.</param>
    /// <param name="pace">How the schedules are spread; <see langword="null"/> for the recipe's number of epochs.</param>
    public TrainingPlan(ScheduleOptions options, long stepsPerEpoch, PlanPace? pace = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stepsPerEpoch);
        _options = options;
        StepsPerEpoch = stepsPerEpoch;
        Pace = pace ?? PlanPace.Even(stepsPerEpoch * options.Epochs);
        long length = Pace.Length;
        _learningRate = LearningRateSchedule.WithWarmupRatio(
            length, options.WarmupRatio, options.StartLearningRate, options.PeakLearningRate, options.FinalLearningRate, options.FlatRatio);
        _weightDecay = new RampSchedule(length, options.StartWeightDecay, options.FinalWeightDecay);
        _momentum = new RampSchedule(length, options.StartMomentum, options.FinalMomentum, options.MomentumShape);
    }

    public long StepsPerEpoch { get; }

    public PlanPace Pace { get; }

    public long TotalSteps => Pace.TotalSteps;

    /// <summary>The epochs of the run, the last of which may be a part of one.</summary>
    public int TotalEpochs => (int)((TotalSteps + StepsPerEpoch - 1) / StepsPerEpoch);

    /// <summary>The steps of the recipe's own number of epochs, which no time budget exceeds.</summary>
    public long MostSteps => StepsPerEpoch * _options.Epochs;

    /// <param name="step">From 1.</param>
    public double LearningRate(long step) => _learningRate.At(Pace.PositionOf(step));

    /// <param name="step">From 1.</param>
    public double WeightDecay(long step) => _weightDecay.At(Pace.PositionOf(step));

    /// <param name="step">From 1.</param>
    public double Momentum(long step) => _momentum.At(Pace.PositionOf(step));

    /// <summary>Whether a step is an epoch's last, or the run's.</summary>
    /// <param name="step">From 1.</param>
    public bool EndsEpoch(long step) => step % StepsPerEpoch == 0 || step == TotalSteps;

    /// <summary>The same schedules at another pace.</summary>
    public TrainingPlan At(PlanPace pace) => new(_options, StepsPerEpoch, pace);

    /// <summary>The plan that goes on after a step and ends at another number of steps.</summary>
    public TrainingPlan Change(long step, long totalSteps) => At(Pace.Change(step, totalSteps));
}
