namespace Scott.Models.Torch;

/// <summary>A value that changes from a start, before the first step, to an end at the last step: weight decay, EMA momentum.</summary>
/// <remarks>Reference: <c>src/utils/schedulers.py</c> at commit 8b6c6f9; equal to its golden values to 1e-12.</remarks>
/// <param name="TotalSteps">All steps, at least 1. After them the value stays at the end.</param>
/// <param name="Start">The value of step 0.</param>
/// <param name="End">The value of the last step.</param>
/// <param name="Shape">How it changes.</param>
internal sealed record RampSchedule(long TotalSteps, double Start, double End, RampShape Shape = RampShape.Linear)
{
    /// <param name="step">From 1; not always whole, because a schedule can be stretched over more or fewer steps.</param>
    public double At(double step)
    {
        double done = Math.Min(step, TotalSteps) / TotalSteps;
        return Shape == RampShape.Linear
            ? Start + ((End - Start) * done)
            : End - ((End - Start) * 0.5 * (1 + Math.Cos(Math.PI * done)));
    }
}
