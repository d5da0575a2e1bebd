using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Scott.Models.Inference;

namespace Scott.Models.Benchmarks;

/// <summary>The managed engine against ONNX Runtime in single precision: one preprocessed image, on one thread and on two.</summary>
/// <remarks>
/// The sides take turns of a few runs. The first runs of a turn do not count: threads of ONNX Runtime still spin for a while after its turn, and take
/// time from the other side.
/// </remarks>
internal static class ManagedEngine
{
    private const string Command = "managed";
    private const int WarmUps = 10;
    private const int SkippedRuns = 3;
    private const int CountedRuns = 5;
    private const int DefaultRounds = 40;

    public static bool Handles(string[] arguments) => arguments is [Command, _] or [Command, _, _];

    public static int Run(string[] arguments)
    {
        int rounds = arguments.Length > 2 ? int.Parse(arguments[2], CultureInfo.InvariantCulture) : DefaultRounds;
        ScottModel model = ScottModel.Create(arguments[1], seed: 47);
        foreach (int threads in new[] { 1, 2 })
            Compare(model, threads, rounds);

        return 0;
    }

    private static void Compare(ScottModel model, int threads, int rounds)
    {
        var options = new FeatureExtractionOptions { Threads = threads };
        FeatureLayout layout = FeatureLayout.ForFeatures(model.Architecture, options);
        using var onnx = new OnnxFeatureEngine(model, null, layout, options, NullLogger.Instance);
        using var managed = new ManagedFeatureEngine(model, null, layout, options);
        var batch = new FeatureBatch(layout, 1);
        var random = new Random(47);
        for (int i = 0; i < batch.Images.Length; i++)
            batch.Images[i] = (float)((random.NextDouble() * 4) - 2);

        Turn(onnx, batch, WarmUps, []);
        Turn(managed, batch, WarmUps, []);
        (List<double> onnxTimes, List<double> managedTimes) = ([], []);
        List<double> ratios = [];
        for (int round = 0; round < rounds; round++)
        {
            double first = Turn(onnx, batch, CountedRuns, onnxTimes);
            ratios.Add(Turn(managed, batch, CountedRuns, managedTimes) / first);
        }

        ratios.Sort();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{model.Metadata.Id}, {Plural(threads)}: {Median(managedTimes) / Median(onnxTimes):F2} of ONNX Runtime's time ({managed.Description}; "
            + $"the rounds' ratios {ratios[rounds / 4]:F2} to {ratios[rounds * 3 / 4]:F2}; "
            + $"medians {Median(managedTimes):F1} and {Median(onnxTimes):F1} ms)"));
    }

    /// <summary>The median time of some runs, in milliseconds, which are added to <paramref name="times"/>.</summary>
    private static double Turn(IFeatureEngine engine, FeatureBatch batch, int runs, List<double> times)
    {
        var own = new List<double>();
        for (int i = -SkippedRuns; i < runs; i++)
        {
            long started = Stopwatch.GetTimestamp();
            engine.Run(batch, 1, isBulk: false);
            if (i >= 0)
                own.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        times.AddRange(own);
        return Median(own);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static string Plural(int threads) => threads == 1 ? "1 thread" : string.Create(CultureInfo.InvariantCulture, $"{threads} threads");
}
