using System.Diagnostics;
using System.Globalization;
using Scott.Models.Inference;
using Scott.Models.Torch;
using Scott.Models.Training;

namespace Scott.Models.Benchmarks.TrainingStep;

/// <summary>
/// What OpenMP threads that spin only briefly bring to a training step and to feature extraction on torch. The setting holds for a whole process, so
/// each side runs in processes of its own, in turn.
/// </summary>
/// <remarks><c>process-settings PAIRS RUNS [MODEL]</c>. On a busy machine the processor time says more than the wall clock.</remarks>
internal static class ProcessSettings
{
    public const string Command = "process-settings";

    private const string SpinVariable = "GOMP_SPINCOUNT";

    /// <summary>What libgomp takes where the variable is not set.</summary>
    private const string DefaultSpins = "300000";
    private const string ShortSpins = "1000";
    private const string DefaultModel = "scott-mini-112";
    private const int Warmup = 2;

    private readonly record struct Times(double Wall, double Processor)
    {
        public static Times operator /(Times a, Times b) => new(a.Wall / b.Wall, a.Processor / b.Processor);

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Wall:0.0000} {Processor:0.0000}");
    }

    public static bool Handles(string[] arguments) => arguments.Length > 0 && arguments[0] == Command;

    /// <param name="arguments">As in the remarks; or, for a child, the command, the work, the runs and the model.</param>
    public static void Run(string[] arguments)
    {
        if (arguments is [_, "train" or "extract", string childRuns, string childModel])
        {
            Console.WriteLine(Measure(arguments[1] == "train", Number(childRuns), childModel));
            return;
        }

        (int pairs, string runs, string model) = (Number(arguments[1]), arguments[2], arguments.ElementAtOrDefault(3) ?? DefaultModel);
        foreach (string work in new[] { "train", "extract" })
        {
            Times Child(string spins) => RunChild([Command, work, runs, model], spins);
            Compare($"{work}, {ShortSpins} spins / {DefaultSpins}", pairs, () => Child(ShortSpins), () => Child(DefaultSpins));
        }
    }

    private static void Compare(string name, int pairs, Func<Times> changed, Func<Times> plain)
    {
        for (int pair = 0; pair < pairs; pair++)
        {
            Times first = pair % 2 == 0 ? changed() : plain();
            Times second = pair % 2 == 0 ? plain() : changed();
            (Times a, Times b) = pair % 2 == 0 ? (first, second) : (second, first);
            Console.WriteLine($"{name}: seconds (wall, processor) {a} / {b} = {a / b}");
        }
    }

    private static Times RunChild(string[] arguments, string spins)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardOutput = true };
        start.Environment[SpinVariable] = spins;
        using Process child = Process.Start(start)!;
        string[] output = child.StandardOutput.ReadToEnd().Split(' ');
        child.WaitForExit();
        return new Times(double.Parse(output[0], CultureInfo.InvariantCulture), double.Parse(output[1], CultureInfo.InvariantCulture));
    }

    private static Times Measure(bool trains, int runs, string model)
    {
        TorchRuntime.EnsureLoaded();
        if (!trains)
        {
            ScottModel created = ScottModel.Create(model, seed: 47);
            var options = new FeatureExtractionOptions { TorchDevice = TorchDevice.Cpu };
            FeatureLayout layout = FeatureLayout.ForFeatures(created.Architecture, options);
            var images = new FeatureBatch(layout, 32);
            using var engine = new TorchFeatureEngine(created, null, layout, options);
            return Time(runs, () => engine.Run(images, 32, isBulk: false));
        }

        StepSettings settings = StepSettings.Parse([model]);
        using var bench = new StepBench(settings);
        using JepaStep step = bench.CreateStep(bench.Architecture, settings.ComputeType);
        using PretrainingBatch batch = bench.MakeOne(0);
        return Time(runs, () => bench.Take(step, batch));
    }

    private static Times Time(int runs, Action run)
    {
        for (int i = 0; i < Warmup; i++)
            run();

        using Process self = Process.GetCurrentProcess();
        (TimeSpan processor, long begun) = (self.TotalProcessorTime, Stopwatch.GetTimestamp());
        for (int i = 0; i < runs; i++)
            run();

        self.Refresh();
        return new Times(Stopwatch.GetElapsedTime(begun).TotalSeconds / runs, (self.TotalProcessorTime - processor).TotalSeconds / runs);
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
