using System.Diagnostics;
using Scott.Models.Training;

namespace Scott.Models.Benchmarks.TrainingStep;

/// <summary>Times three loops in turn on the same machine: the package's, the reference's, and the package's without a loader.</summary>
internal sealed class StepSpeed(StepBench bench, StepSettings settings) : IDisposable
{
    private const int Rounds = 5;

    private readonly JepaStep _step = bench.CreateStep(bench.Architecture, settings.ComputeType);
    private readonly ReferenceStep _reference = bench.CreateReference(bench.Architecture);
    private int _epoch;

    /// <summary>Seconds per step, round by round, and the share of the package's loop that it waited for a batch.</summary>
    public sealed record Result(double[] Loop, double[] Reference, double[] Compute, double WaitShare, int StepsPerRound);

    public Result Measure()
    {
        using PretrainingBatch still = bench.MakeOne(0);
        RunLoop(1);
        RunCompute(still, 1);
        double once = RunLoop(1).Seconds
            + RunReference(1)
            + RunCompute(still, 1);

        // Each loop begins with one step that does not count.
        int steps = Math.Max(1, (int)(settings.Seconds / once / Rounds) - 1);
        var result = new Result(new double[Rounds], new double[Rounds], new double[Rounds], 0, steps);
        double waited = 0;
        for (int round = 0; round < Rounds; round++)
        {
            (result.Loop[round], double waitedNow) = RunLoop(steps);
            result.Reference[round] = RunReference(steps);
            result.Compute[round] = RunCompute(still, steps);
            waited += waitedNow;
        }

        return result with { WaitShare = waited / result.Loop.Sum() };
    }

    public void Dispose()
    {
        _step.Dispose();
        _reference.Dispose();
    }

    /// <summary>As the trainer does. The loader works ahead while the step computes, and has done so for one step when the clock starts.</summary>
    private (double Seconds, double Waited) RunLoop(int steps)
    {
        long started = 0;
        long waiting = 0;
        long asked = 0;
        int taken = -1;
        while (taken < steps)
        {
            foreach (PretrainingBatch batch in bench.Read(_epoch++))
            {
                waiting += taken < 0 ? 0 : Stopwatch.GetTimestamp() - asked;
                using (batch)
                    bench.Take(_step, batch);

                asked = Stopwatch.GetTimestamp();
                started = taken < 0 ? asked : started;
                if (++taken == steps)
                    break;
            }
        }

        return (Stopwatch.GetElapsedTime(started, asked).TotalSeconds / steps, (double)waiting / Stopwatch.Frequency / steps);
    }

    /// <summary>Each batch is made, by as many workers as the package's loader has, and only then trained on.</summary>
    private double RunReference(int steps)
    {
        long started = 0;
        for (int i = -1; i < steps; i++)
        {
            started = i == 0 ? Stopwatch.GetTimestamp() : started;
            using PretrainingBatch batch = bench.MakeOne(_epoch++);
            bench.Take(_reference, batch);
        }

        return Stopwatch.GetElapsedTime(started).TotalSeconds / steps;
    }

    private double RunCompute(PretrainingBatch batch, int steps)
    {
        long started = 0;
        for (int i = -1; i < steps; i++)
        {
            started = i == 0 ? Stopwatch.GetTimestamp() : started;
            bench.Take(_step, batch);
        }

        return Stopwatch.GetElapsedTime(started).TotalSeconds / steps;
    }
}
