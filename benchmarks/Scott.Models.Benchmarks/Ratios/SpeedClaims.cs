using Microsoft.Extensions.Logging.Abstractions;
using Scott.Models.Benchmarks.Int8;
using Scott.Models.Benchmarks.TrainingStep;
using Scott.Models.Inference;
using Scott.Models.Torch;

namespace Scott.Models.Benchmarks.Ratios;

/// <summary>A claim about speed.</summary>
/// <param name="Name">What is measured.</param>
/// <param name="Baseline">What it is relative to.</param>
/// <param name="Goal">The most that was wanted, if something was.</param>
/// <param name="Measure">Measures it.</param>
/// <param name="IsMilliseconds">Whether it is a time instead of a ratio.</param>
internal sealed record SpeedClaim(string Name, string Baseline, double? Goal, Func<Ratio> Measure, bool IsMilliseconds = false);

/// <summary>Every claim of docs/speed.md that has a goal, and those of the README.</summary>
internal static class SpeedClaims
{
    private const string Mini = "scott-mini-112";
    private const string Large = "scott-12-16-224";
    private const string Single = "ONNX Runtime, FP32";
    private const int Rounds = 9;
    private const double SecondsPerTurn = 0.4;
    private const int Files = 96;

    public static IReadOnlyList<SpeedClaim> All { get; } =
    [
        new($"8-bit, `{Large}`, batch 8", Single, 0.42, () => Int8(Large)),
        new($"8-bit, `{Mini}`, batch 8", Single, 0.6, () => Int8(Mini)),
        new($"bfloat16, `{Large}`, files to vectors", Single, 0.67, () => Bfloat16(Large)),
        new($"bfloat16, `{Mini}`, files to vectors", Single, 0.67, () => Bfloat16(Mini)),
        new($"managed engine, `{Mini}`, one thread", Single, 1.3, () => Managed(Mini, 1)),
        new($"managed engine, `{Mini}`, every core", Single, 1.3, () => Managed(Mini, 0)),
        new($"managed engine, `{Large}`, one thread", Single, 2, () => Managed(Large, 1)),
        new($"managed engine, `{Large}`, every core", Single, 2, () => Managed(Large, 0)),
        new($"ONNX Runtime, `{Mini}`, batch 8", "TorchSharp, FP32", null, () => AgainstTorch(Mini)),
        new($"ONNX Runtime, `{Large}`, batch 8", "TorchSharp, FP32", null, () => AgainstTorch(Large)),
        new($"first vector, `{Mini}`, just-in-time compiler", "start of the process", 200, FirstVector.Measure, IsMilliseconds: true),
        new($"files to vectors, `{Mini}`", "bare session", 1.08, () => FilesToVectors(Mini, isFast: false)),
        new($"files to vectors, `{Mini}`, fast decoding", "bare session", null, () => FilesToVectors(Mini, isFast: true)),
        new($"files to vectors, `{Large}`", "bare session", 1.08, () => FilesToVectors(Large, isFast: false)),
        new($"training step, `{Mini}`, batch 64", "reference-equivalent step, FP32", 0.25, () => TrainingStep(Mini, 64)),
        new($"training step, `{Mini}`, batch 16", "reference-equivalent step, FP32", 0.28, () => TrainingStep(Mini, 16)),
        new($"training step, `{Large}`, batch 16", "reference-equivalent step, FP32", 0.25, () => TrainingStep(Large, 16)),
    ];

    private static Ratio Int8(string name) => Int8Command.CompareCalibrated(ScottModel.Create(name, seed: 47), batch: 8);

    private static Ratio Managed(string name, int threads)
    {
        ScottModel model = ScottModel.Create(name, seed: 47);
        var options = new FeatureExtractionOptions { Threads = threads };
        FeatureLayout layout = FeatureLayout.ForFeatures(model.Architecture, options);
        using var onnx = new OnnxFeatureEngine(model, null, layout, options, NullLogger.Instance);
        using var managed = new ManagedFeatureEngine(model, null, layout, options);
        FeatureBatch batch = Noise(layout, 1);

        // Threads of ONNX Runtime still spin for a while after its turn, so turns are long.
        return Ratio.Compare(() => managed.Run(batch, 1, isBulk: false), () => onnx.Run(batch, 1, isBulk: false), 2 * Rounds, SecondsPerTurn);
    }

    private static Ratio AgainstTorch(string name)
    {
        const int Images = 8;
        ScottModel model = ScottModel.Create(name, seed: 47);
        var options = new FeatureExtractionOptions { TorchDevice = TorchDevice.Cpu };
        FeatureLayout layout = FeatureLayout.ForFeatures(model.Architecture, options);
        using var onnx = new OnnxFeatureEngine(model, null, layout, options, NullLogger.Instance);
        using var torch = new TorchFeatureEngine(model, null, layout, options);
        FeatureBatch batch = Noise(layout, Images);
        return Ratio.Compare(
            () => onnx.Run(batch, Images, isBulk: false), () => torch.Run(batch, Images, isBulk: false), Rounds, SecondsPerTurn);
    }

    private static Ratio Bfloat16(string name)
    {
        ScottModel model = ScottModel.Create(name, seed: 47);
        using var images = new BenchmarkImages(Files);
        using FeatureExtractor half = model.ExtractFeatures().UseTorch(TorchDevice.Cpu, TorchPrecision.BFloat16).Build();
        using FeatureExtractor onnx = model.ExtractFeatures().Build();
        return Ratio.Compare(() => Embed(half, images.Paths), () => Embed(onnx, images.Paths), Rounds, SecondsPerTurn);
    }

    private static Ratio FilesToVectors(string name, bool isFast)
    {
        ScottModel model = ScottModel.Create(name, seed: 47);
        using var images = new BenchmarkImages(Files);
        FeatureExtractorBuilder builder = model.ExtractFeatures();
        using FeatureExtractor extractor = (isFast ? builder.WithFastDecode() : builder).Build();
        FeatureLayout layout = FeatureLayout.ForFeatures(model.Architecture, extractor.Options);
        using var session = new OnnxFeatureEngine(model, null, layout, extractor.Options, NullLogger.Instance);
        const int Batch = 8;
        FeatureBatch batch = Noise(layout, Batch);
        void RunSession()
        {
            for (int i = 0; i < Files; i += Batch)
                session.Run(batch, Batch, isBulk: false);
        }

        return Ratio.Compare(() => Embed(extractor, images.Paths), RunSession, Rounds, SecondsPerTurn);
    }

    private static Ratio TrainingStep(string name, int batch)
    {
        TorchRuntime.EnsureLoaded();
        var settings = new StepSettings { Model = name, Batch = batch, Seconds = 60 };
        using var bench = new StepBench(settings);
        if (StepEquivalence.Measure(bench) > StepEquivalence.Tolerance)
            throw new InvalidOperationException("The reference-equivalent step is none.");

        using var speed = new StepSpeed(bench, settings);
        StepSpeed.Result result = speed.Measure();
        return Ratio.Of(result.Loop.Zip(result.Reference, (own, reference) => own / reference));
    }

    private static void Embed(FeatureExtractor extractor, IReadOnlyList<string> paths) => EmbedAsync(extractor, paths).GetAwaiter().GetResult();

    private static async Task EmbedAsync(FeatureExtractor extractor, IReadOnlyList<string> paths)
    {
        await foreach (ImageEmbedding result in extractor.EmbedFilesAsync(paths))
        {
            if (result.Error is not null)
                throw result.Error;
        }
    }

    /// <summary>A batch of images that are noise.</summary>
    public static FeatureBatch Noise(FeatureLayout layout, int images)
    {
        var batch = new FeatureBatch(layout, images);
        var random = new Random(47);
        for (int i = 0; i < batch.Images.Length; i++)
            batch.Images[i] = (float)((random.NextDouble() * 4) - 2);

        return batch;
    }
}
