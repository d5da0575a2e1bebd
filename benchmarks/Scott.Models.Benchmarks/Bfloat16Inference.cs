using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using Microsoft.Extensions.Logging.Abstractions;
using Scott.Models.Inference;
using Scott.Models.Torch;

namespace Scott.Models.Benchmarks;

/// <summary>
/// TorchSharp in bfloat16 and in single precision against ONNX Runtime in single precision, with every core: batches of prepared images, and files.
/// </summary>
internal static class Bfloat16Inference
{
    private const string Command = "bfloat16";
    private const int WarmUps = 1;
    private const int Rounds = 7;
    private const int Files = 128;
    private const double SecondsPerTurn = 0.2;

    private static readonly int[] Batches = [1, 8, 32];

    public static bool Handles(string[] arguments) => arguments is [Command, _];

    public static async Task RunAsync(string[] arguments)
    {
        string name = arguments[1];
        ScottModel model = File.Exists(name) ? await ScottModel.FromFileAsync(name) : ScottModel.Create(name, seed: 47);
        foreach (int batch in Batches)
            Compare(model, batch);

        await CompareFilesAsync(model);
    }

    /// <summary>JPEG files to vectors, the way an app embeds a folder.</summary>
    private static async Task CompareFilesAsync(ScottModel model)
    {
        using var files = new BenchmarkImages(Files);
        using FeatureExtractor onnx = model.ExtractFeatures().Build();
        using FeatureExtractor half = model.ExtractFeatures().UseTorch(TorchDevice.Cpu, TorchPrecision.BFloat16).Build();
        var ratios = new List<double>();
        for (int round = -1; round < Rounds; round++)
        {
            double first = await EmbedAsync(onnx, files.Paths);
            double second = await EmbedAsync(half, files.Paths);
            if (round >= 0)
                ratios.Add(second / first);
        }

        Console.WriteLine($"{model.Metadata.Id}, JPEG files to vectors: TorchSharp in bfloat16 {Describe(ratios)}");
    }

    private static async Task<double> EmbedAsync(FeatureExtractor extractor, IReadOnlyList<string> paths)
    {
        long started = Stopwatch.GetTimestamp();
        await foreach (ImageEmbedding result in extractor.EmbedFilesAsync(paths))
        {
            if (result.Error is not null)
                throw result.Error;
        }

        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static void Compare(ScottModel model, int images)
    {
        var options = new FeatureExtractionOptions { TorchDevice = TorchDevice.Cpu };
        FeatureLayout layout = FeatureLayout.ForFeatures(model.Architecture, options);
        using var onnx = new OnnxFeatureEngine(model, null, layout, options, NullLogger.Instance);
        using var single = new TorchFeatureEngine(model, null, layout, options);
        using var half = new TorchFeatureEngine(model, null, layout, options with { Engine = FeatureEngine.Torch, TorchPrecision = TorchPrecision.BFloat16 });
        var batch = new FeatureBatch(layout, images);
        var random = new Random(47);
        for (int i = 0; i < batch.Images.Length; i++)
            batch.Images[i] = (float)((random.NextDouble() * 4) - 2);

        IFeatureEngine[] engines = [onnx, single, half];
        double cosine = SmallestCosine(onnx, half, batch, images);
        var ratios = engines.Select(_ => new List<double>()).ToList();
        for (int round = 0; round < Rounds; round++)
        {
            double[] times = [.. engines.Select(engine => Turn(engine, batch, images))];
            for (int i = 0; i < times.Length; i++)
                ratios[i].Add(times[i] / times[0]);
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{model.Metadata.Id}, batch {images}: TorchSharp {Describe(ratios[1])}, in bfloat16 {Describe(ratios[2])}; cosine from {cosine:F5}"));
    }

    private static string Describe(List<double> ratios)
    {
        double[] sorted = [.. ratios.Order()];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{sorted[sorted.Length / 2]:F2} ({sorted[sorted.Length / 4]:F2} to {sorted[sorted.Length * 3 / 4]:F2})");
    }

    /// <summary>Seconds of one run: the median of those that fit into a turn.</summary>
    private static double Turn(IFeatureEngine engine, FeatureBatch batch, int images)
    {
        var times = new List<double>();
        long begin = Stopwatch.GetTimestamp();
        for (int i = -WarmUps; i < 1 || Stopwatch.GetElapsedTime(begin).TotalSeconds < SecondsPerTurn; i++)
        {
            long started = Stopwatch.GetTimestamp();
            engine.Run(batch, images, isBulk: false);
            if (i >= 0)
                times.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        return times.Order().ElementAt(times.Count / 2);
    }

    private static double SmallestCosine(IFeatureEngine first, IFeatureEngine second, FeatureBatch batch, int images)
    {
        first.Run(batch, images, isBulk: false);
        float[] expected = [.. batch.Vectors];
        second.Run(batch, images, isBulk: false);
        int width = expected.Length / images;
        return Enumerable.Range(0, images).Min(i => TensorPrimitives.CosineSimilarity(
            expected.AsSpan(i * width, width), batch.Vectors.AsSpan(i * width, width)));
    }
}
