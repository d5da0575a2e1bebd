using System.Globalization;
using Scott.Models.Torch;
using static TorchSharp.torch;

namespace Scott.Models.Benchmarks.TrainingStep;

/// <summary>
/// How many images a second one step of pre-training takes in, both views through the loader, against the same step as the Python reference
/// runs it, and how much of the machine's matrix speed that is. Both sides take turns in one process.
/// </summary>
internal static class TrainingStepCommand
{
    public const string Command = "training-step";

    public static bool Handles(string[] arguments) => arguments.Length > 0 && arguments[0] == Command;

    /// <returns>The process's exit code: 0, or 1 where the two sides learn different things or the memory run is not steady.</returns>
    public static int Run(string[] arguments)
    {
        StepSettings settings = StepSettings.Parse(arguments.Skip(1));
        TorchRuntime.EnsureLoaded();
        using var bench = new StepBench(settings);
        if (settings.MemorySteps > 0)
            return StepMemory.Run(bench, settings) ? 0 : 1;

        if (settings.Profile)
        {
            new StepProfile(bench).Run(settings);
            return 0;
        }

        double difference = StepEquivalence.Measure(bench);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"largest relative difference of losses, gradients and weights without dropout: {difference:E1}"));
        if (!(difference <= StepEquivalence.Tolerance))
        {
            Console.Error.WriteLine($"That is more than {StepEquivalence.Tolerance}: the reference-equivalent step is none, and nothing is timed.");
            return 1;
        }

        using var speed = new StepSpeed(bench, settings);
        double before = PeakMatmul.Measure(settings.ComputeType);
        double referenceBefore = PeakMatmul.Measure(ScalarType.Float32);
        StepSpeed.Result result = speed.Measure();
        var peaks = new StepReport.Peaks(
            Math.Max(before, PeakMatmul.Measure(settings.ComputeType)), Math.Max(referenceBefore, PeakMatmul.Measure(ScalarType.Float32)));
        StepReport.Print(settings, bench.Flops, result, peaks);
        return 0;
    }
}
