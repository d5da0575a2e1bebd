using Scott.Models.Weights;

namespace Scott.Models.Training;

/// <summary>Fits a run's number of steps to a time: guesses it from a few trial steps, and corrects it by the run's own speed.</summary>
internal sealed record TimeBudget(TimeSpan Limit)
{
    private const int UntimedTrialSteps = 2;
    private const int TrialSteps = 8;
    /// <summary>The share of the planned run between two looks at the clock.</summary>
    private const double CheckedShare = 0.02;
    /// <summary>A plan that is off by less stays as it is.</summary>
    private const double Tolerance = 0.01;

    /// <summary>The number of steps that fit, at least 1: takes a few steps, times them and undoes them.</summary>
    public async Task<long> GuessAsync(IStepRunner runner, TrainingPlan plan, Func<TimeSpan> elapsed, CancellationToken cancellationToken)
    {
        WeightSet start = runner.Export();
        long timed = Stopwatch.GetTimestamp();
        long trials = Math.Min(plan.StepsPerEpoch, TrialSteps);
        long untimed = Math.Min(trials - 1, UntimedTrialSteps);
        await foreach (StepResult _ in runner.RunEpochAsync(() => plan, cancellationToken).ConfigureAwait(true))
        {
            timed = runner.Steps == untimed ? Stopwatch.GetTimestamp() : timed;
            if (runner.Steps == trials)
                break;
        }

        TimeSpan perStep = Stopwatch.GetElapsedTime(timed) / (trials - untimed);
        runner.Restore(start, 0);
        return Math.Clamp((long)((Limit - elapsed()) / perStep), 1, plan.TotalSteps);
    }

    /// <summary>Whether to look at the clock after a step.</summary>
    public static bool IsDue(long step, long totalSteps) => step % Math.Max(1, (long)(totalSteps * CheckedShare)) == 0;

    /// <summary>Corrects the planned number of steps if it no longer fits, but never below the steps already taken, at least 1.</summary>
    public static long Correct(long step, TimeSpan left, TimeSpan perStep, long totalSteps, long maximumSteps)
    {
        long fitting = left <= TimeSpan.Zero ? step : Math.Max(step, (long)Math.Min(step + (left / perStep), maximumSteps));
        return Math.Abs(fitting - totalSteps) <= Tolerance * (totalSteps - step) ? totalSteps : fitting;
    }
}
