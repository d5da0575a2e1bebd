using Scott.Models.Torch;

namespace Scott.Models.Training;

/// <summary>The schedules of a recipe, spread over a number of steps, which count from 1: what each optimizer step uses. Immutable.</summary>
internal sealed class TrainingPlan
{
    private readonly TrainingOptions _options;
    private readonly TrainingSchedules _schedules;

    /// <summary>Without a pace, the schedules are spread over the recipe's number of epochs.</summary>
    public TrainingPlan(TrainingOptions options, long stepsPerEpoch, PlanPace? pace = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stepsPerEpoch);
        (_options, StepsPerEpoch) = (options, stepsPerEpoch);
        Pace = pace ?? PlanPace.Even(MaximumSteps);
        _schedules = options.ScheduleOver(Pace.Length);
    }

    public long StepsPerEpoch { get; }
    public PlanPace Pace { get; }
    public long TotalSteps => Pace.TotalSteps;

    /// <summary>The epochs of the run; the last one may be shorter.</summary>
    public int TotalEpochs => (int)((TotalSteps + StepsPerEpoch - 1) / StepsPerEpoch);

    /// <summary>The steps of the recipe's number of epochs, which no time budget exceeds.</summary>
    public long MaximumSteps => StepsPerEpoch * _options.Epochs;

    public double LearningRate(long step) => _schedules.LearningRate.At(Pace.PositionOf(step));
    public double WeightDecay(long step) => _schedules.WeightDecay.At(Pace.PositionOf(step));
    public double Momentum(long step) => _schedules.Momentum?.At(Pace.PositionOf(step)) ?? 0;

    /// <summary>Whether a step is the last of an epoch, or of the run.</summary>
    public bool EndsEpoch(long step) => step % StepsPerEpoch == 0 || step == TotalSteps;

    /// <summary>The same schedules at another pace.</summary>
    public TrainingPlan At(PlanPace pace) => new(_options, StepsPerEpoch, pace);

    /// <summary>The plan that continues after a step and ends at another number of steps.</summary>
    public TrainingPlan Change(long step, long totalSteps) => At(Pace.Change(step, totalSteps));
}

/// <summary>What a recipe changes from step to step. The momentum is the share of its weights that the target encoder keeps.</summary>
internal sealed record TrainingSchedules(LearningRateSchedule LearningRate, RampSchedule WeightDecay, RampSchedule? Momentum = null);

/// <summary>How the schedules are spread over optimizer steps. A time budget changes it; the schedules then continue from where they are.</summary>
/// <param name="Length">The number of steps at the start.</param>
/// <param name="TotalSteps">The number of steps that the run takes.</param>
/// <param name="AnchorStep">The step at which the pace last changed.</param>
/// <param name="AnchorPosition">The position of that step in the schedules, 0 to <paramref name="Length"/>.</param>
internal readonly record struct PlanPace(long Length, long TotalSteps, long AnchorStep, double AnchorPosition)
{
    /// <summary>One step of the schedules for each step of the run.</summary>
    public static PlanPace Even(long steps) => new(steps, steps, 0, 0);

    /// <summary>The position of a step in the schedules. If the run ends at the step at which the pace changed, the schedules end there too: no step
    /// uses the rest of them.</summary>
    public double PositionOf(long step) => TotalSteps == AnchorStep
        ? AnchorPosition
        : AnchorPosition + ((step - AnchorStep) * (Length - AnchorPosition) / (TotalSteps - AnchorStep));

    /// <summary>The pace that continues after a step and ends at another number of steps.</summary>
    public PlanPace Change(long step, long totalSteps) => new(Length, totalSteps, step, PositionOf(step));
}
