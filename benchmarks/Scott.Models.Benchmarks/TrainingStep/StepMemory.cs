using System.Globalization;
using Scott.Models.Training;
using static TorchSharp.torch;

namespace Scott.Models.Benchmarks.TrainingStep;

/// <summary>Whether a long run keeps what it should let go: live tensors and resident memory along many steps.</summary>
internal static class StepMemory
{
    private const double AllowedGrowthPercent = 3;
    private static readonly int[] Marks = [10, 25, 50, 100];

    /// <returns>Whether tensors stay the same in number, and memory grows by less than 3 % after the first tenth.</returns>
    public static bool Run(StepBench bench, StepSettings settings)
    {
        using JepaStep step = bench.CreateStep(bench.Architecture, settings.ComputeType);
        List<(int Step, long Tensors, double Megabytes)> seen = [];
        Queue<int> marks = new(Marks.Select(percent => Math.Max(1, settings.MemorySteps * percent / 100)).Distinct());
        for (int epoch = 0; marks.Count > 0; epoch++)
        {
            foreach (PretrainingBatch batch in bench.Read(epoch))
            {
                using (batch)
                    bench.Take(step, batch);

                if (step.Steps == marks.Peek())
                {
                    seen.Add((marks.Dequeue(), Tensor.TotalCount, ResidentMegabytes()));
                    Console.WriteLine(string.Create(
                        CultureInfo.InvariantCulture,
                        $"step {seen[^1].Step,6}: {seen[^1].Tensors} live tensors, {seen[^1].Megabytes:F0} MB resident"));
                }

                if (marks.Count == 0)
                    break;
            }
        }

        double growth = 100 * ((seen[^1].Megabytes / seen[0].Megabytes) - 1);
        bool isSteady = seen.TrueForAll(mark => mark.Tensors == seen[0].Tensors) && growth < AllowedGrowthPercent;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"resident memory grew by {growth:F1} % after the first tenth: {(isSteady ? "steady" : "NOT steady")}"));
        return isSteady;
    }

    private static double ResidentMegabytes()
    {
        // What the garbage collector has not got round to is no leak.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Environment.WorkingSet / 1e6;
    }
}
