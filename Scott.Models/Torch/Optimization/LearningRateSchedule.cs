namespace Scott.Models.Torch;

/// <summary>The learning rate of each optimizer step: a linear rise from start to peak, flat, then half a cosine down to the final rate.</summary>
/// <remarks>Reference: <c>WarmupFlatCosineLR</c> as set up in <c>src/main.py</c> at commit 8b6c6f9; equal to its golden values to 1e-12.</remarks>
/// <param name="TotalSteps">All steps, at least 1. After them the rate stays final.</param>
/// <param name="WarmupSteps">Steps of the rise; step number <paramref name="WarmupSteps"/> is the first at the peak.</param>
/// <param name="Start">Where the rise begins, before the first step.</param>
/// <param name="Peak">The highest rate.</param>
/// <param name="Final">The last step's rate.</param>
/// <param name="FlatRatio">The share of the steps after the warm-up that stay at the peak, in [0, 1].</param>
internal sealed record LearningRateSchedule(long TotalSteps, long WarmupSteps, double Start, double Peak, double Final, double FlatRatio)
{
    /// <summary>The same with the rise as a share of all steps, in [0, 1]; at least one step follows it.</summary>
    public static LearningRateSchedule WithWarmupRatio(
        long totalSteps, double warmupRatio, double start, double peak, double final, double flatRatio) =>
        new(totalSteps, Math.Min((long)Math.Round(warmupRatio * totalSteps), totalSteps - 1), start, peak, final, flatRatio);

    /// <param name="step">From 1; not always whole, because a schedule can be stretched over more or fewer steps.</param>
    public double At(double step)
    {
        if (step < WarmupSteps)
            return Start + ((Peak - Start) * step / WarmupSteps);

        long flat = (long)((TotalSteps - WarmupSteps) * FlatRatio);
        long falling = TotalSteps - WarmupSteps - flat;
        double fallen = Math.Min(step, TotalSteps) - WarmupSteps - flat;
        return fallen < 0 || falling <= 0 ? Peak : Final + ((Peak - Final) * 0.5 * (1 + Math.Cos(Math.PI * fallen / falling)));
    }
}
