namespace Scott.Models.Training;

/// <summary>How many optimizer steps the schedules are spread over. A run with a time budget changes it on its way; the schedules then go on from where they are.</summary>
/// <param name="Length">The steps that the schedules were laid out for.</param>
/// <param name="TotalSteps">The steps that the run takes.</param>
/// <param name="AnchorStep">The step at which the pace last changed.</param>
/// <param name="AnchorPosition">Where in the schedules that step stands, 0 to <paramref name="Length"/>.</param>
internal readonly record struct PlanPace(long Length, long TotalSteps, long AnchorStep, double AnchorPosition)
{
    /// <summary>One step of the schedules for each step of the run.</summary>
    public static PlanPace Even(long steps) => new(steps, steps, 0, 0);

    /// <summary>Where a step stands in the schedules.</summary>
    /// <param name="step">From <see cref="AnchorStep"/>.</param>
    public double PositionOf(long step) => TotalSteps == AnchorStep
        ? Length
        : AnchorPosition + ((step - AnchorStep) * (Length - AnchorPosition) / (TotalSteps - AnchorStep));

    /// <summary>The pace that goes on after a step and ends at another number of steps.</summary>
    public PlanPace Change(long step, long totalSteps) => new(Length, totalSteps, step, PositionOf(step));
}
