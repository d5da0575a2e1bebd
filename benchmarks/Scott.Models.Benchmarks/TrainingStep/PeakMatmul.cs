using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Benchmarks.TrainingStep;

/// <summary>The fastest that this machine multiplies two square matrices now, with torch and its threads as they are.</summary>
internal static class PeakMatmul
{
    private const int Repetitions = 5;
    private static readonly long[] Sides = [1024, 1536, 2048, 3072, 4096];

    /// <returns>Floating-point operations per second: the best of every size and repetition.</returns>
    public static double Measure(ScalarType type) => Sides.Max(side => Measure(side, type));

    private static double Measure(long side, ScalarType type)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        Tensor left = rand([side, side]).to_type(type);
        Tensor right = rand([side, side]).to_type(type);
        double best = 0;
        for (int i = 0; i < Repetitions; i++)
        {
            long started = Stopwatch.GetTimestamp();
            left.matmul(right).Dispose();
            best = Math.Max(best, 2.0 * side * side * side / Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        return best;
    }
}
