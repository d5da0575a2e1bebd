using Microsoft.Extensions.Logging.Abstractions;
using Scott.Models.Imaging;
using Scott.Models.Inference;
using Scott.Models.Onnx;
using Scott.Models.Weights;

namespace Scott.Models.Tests.Inference;

/// <summary>The managed engine: the same numbers as ONNX Runtime's, and the same bits on every width of registers and number of threads.</summary>
public sealed class ManagedEngineTests
{
    /// <summary>36 patches, for up to three threads; no length is a multiple of a register's.</summary>
    private static readonly ScottArchitecture Odd = new()
    {
        Tokenizer = TokenizerKind.Vit,
        ImagePixels = 84,
        ImageChannels = 2,
        PatchPixels = 14,
        EmbeddingWidth = 30,
        Depth = 3,
        Heads = 3,
        RegisterTokens = 3,
        StandardVit = new StandardVit { FeedForwardWidth = 35, HasLayerScale = true },
    };

    private static readonly ScottArchitecture Wide = Architectures.TinyWide with { ImagePixels = 96, EmbeddingWidth = 36, RegisterTokens = 1 };

    private static readonly Dictionary<string, ScottArchitecture> All = new(StringComparer.Ordinal)
    {
        ["scott"] = Architectures.Tiny,
        ["scott, wide"] = Wide,
        ["scott, one patch"] = Architectures.Tiny with { ImagePixels = 16 },
        ["vit"] = Architectures.TinyVit,
        ["vit, more rows than a group has"] = Architectures.TinyVit with { ImagePixels = 12 * Architectures.TinyVit.PatchPixels },
        ["standard"] = Architectures.TinyStandardVit,
        ["standard, odd"] = Odd,
        ["standard, GELU"] = Odd with { FeedForward = FeedForwardKind.Mlp },
        ["standard, no class token"] = Odd with { StandardVit = new StandardVit { FeedForwardWidth = 64, HasClassToken = false } },
    };

    public static TheoryData<string> Names => [.. All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Run_EveryOutput_AgreesWithOnnxRuntime(string name)
    {
        ScottModel model = Model(All[name]);
        FeatureExtractionOptions options = Everything(model.Architecture);
        FeatureLayout layout = FeatureLayout.ForFeatures(model.Architecture, options);
        using var onnx = new OnnxFeatureEngine(model, null, layout, options, NullLogger.Instance);
        using var managed = new ManagedFeatureEngine(model, null, layout, options);
        foreach ((float[] expected, float[] found) in Outputs(Run(onnx, layout)).Zip(Outputs(Run(managed, layout))))
            AssertClose(expected, found);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Run_EveryWidthAndThreads_GivesTheSameBits(string name)
    {
        ScottModel model = Model(All[name]);
        FeatureExtractionOptions options = Everything(model.Architecture) with { NormalizeTokens = false, UnitLength = true };
        FeatureLayout layout = FeatureLayout.ForFeatures(model.Architecture, options);
        List<float[]>? first = null;
        foreach ((int lanes, int threads, bool isBulk) in new[] { (1, 1, true), (4, 2, false), (8, 3, false), (8, 2, true), (16, 1, false) })
        {
            using var engine = new ManagedFeatureEngine(model, null, layout, options with { Threads = threads }, lanes);
            List<float[]> outputs = Outputs(Run(engine, layout, isBulk));
            first ??= outputs;
            Assert.All(first.Zip(outputs), pair => Assert.True(pair.First.AsSpan().SequenceEqual(pair.Second), $"{lanes} lanes, {threads} threads"));
        }
    }

    [Fact]
    public void Run_OverlappingCalls_ShareTheThreads()
    {
        ScottModel model = Model(Architectures.TinyVit with { ImagePixels = 12 * Architectures.TinyVit.PatchPixels });
        var options = new FeatureExtractionOptions { Threads = 3 };
        FeatureLayout layout = FeatureLayout.ForFeatures(model.Architecture, options);
        using var engine = new ManagedFeatureEngine(model, null, layout, options);
        Assert.Equal([3, 1, 1], [engine.Take(3), engine.Take(3), engine.Take(1)]); // Each caller has at least its own thread.
        engine.Return(3);
        Assert.Equal(1, engine.Take(3)); // Of three threads two are still taken.
        engine.Return(3);
        float[] expected = Run(engine, layout).Vectors;
        Parallel.For(0, 16, i => Assert.Equal(expected, Run(engine, layout, isBulk: i % 2 == 0).Vectors));
        Assert.Equal(3, engine.Take(4));
    }

    [Fact]
    public void Run_Bulk_HasTheMemoryOfOneThread()
    {
        ScottModel model = Model(Architectures.TinyVit with { ImagePixels = 48 * Architectures.TinyVit.PatchPixels });
        long Allocated(int threads)
        {
            var options = new FeatureExtractionOptions { Threads = threads };
            FeatureLayout layout = FeatureLayout.ForFeatures(model.Architecture, options);
            using var engine = new ManagedFeatureEngine(model, null, layout, options);
            var batch = new FeatureBatch(layout, 1);
            long before = GC.GetAllocatedBytesForCurrentThread();
            engine.Run(batch, 1, isBulk: true);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Allocated(1);
        Assert.InRange(Allocated(64), 0, Allocated(1) * 1.1);
    }

    [Theory]
    [InlineData(ClassifierHead.Linear)]
    [InlineData(ClassifierHead.SimpleAttentive)]
    [InlineData(ClassifierHead.MultiHeadAttentive)]
    [InlineData(ClassifierHead.CrossAttentive)]
    public void Run_EveryHeadAndWidth_GivesTheLogitsOfOnnxRuntime(ClassifierHead head)
    {
        ScottClassifier classifier = Classifiers.Create(head, Wide);
        FeatureLayout layout = FeatureLayout.ForClasses(Wide, Classifiers.ClassNames.Count);
        var options = new ClassificationOptions { Threads = 2 };
        using var onnx = new OnnxFeatureEngine(classifier.Model, classifier, layout, options, NullLogger.Instance);
        float[] expected = Run(onnx, layout).Logits;
        float[]? first = null;
        foreach (int lanes in new[] { 1, 4, 8, 16 })
        {
            using var managed = new ManagedFeatureEngine(classifier.Model, classifier, layout, options, lanes);
            float[] logits = Run(managed, layout).Logits;
            AssertClose(expected, logits);
            first ??= logits;
            Assert.Equal(first, logits);
        }
    }

    [Fact]
    public async Task Run_ManyAtOnce_GivesTheSameVectors()
    {
        ScottModel model = Model(Wide);
        using FeatureExtractor extractor = model.ExtractFeatures().UseManaged().WithThreads(2).Build();
        ImageSource[] images = [.. Enumerable.Range(0, 4).Select(i => ImageSource.FromImage(DrawnImages.Draw(i)))];
        float[][] alone = new float[images.Length][];
        for (int i = 0; i < images.Length; i++)
            alone[i] = await extractor.EmbedAsync(images[i]);

        float[][] together = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => extractor.EmbedAsync(images[i % images.Length])));
        List<ImageEmbedding> bulk = await extractor.EmbedBatchAsync(Enumerable.Range(0, 16).Select(i => images[i % images.Length])).ToListAsync();
        for (int i = 0; i < together.Length; i++)
        {
            Assert.Equal(alone[i % images.Length], together[i]);
            Assert.Equal(alone[i % images.Length], bulk[i].Vector.ToArray());
        }

        Assert.Null(extractor.ExecutionProvider);
        Assert.StartsWith("Managed code, ", extractor.EngineDescription, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_AfterTheFirst_AllocatesNothing()
    {
        ScottModel model = Model(Wide);
        FeatureExtractionOptions options = Everything(Wide) with { Threads = 2 };
        FeatureLayout layout = FeatureLayout.ForFeatures(Wide, options);
        using var engine = new ManagedFeatureEngine(model, null, layout, options);
        FeatureBatch batch = Run(engine, layout);
        long[] allocated = new long[20];
        for (int i = 0; i < allocated.Length; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            engine.Run(batch, 2, isBulk: i % 2 == 0);
            allocated[i] = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        // A queue of the thread pool may grow in one of them, by 4 to 5 KB.
        Assert.All(allocated.Order().SkipLast(1), bytes => Assert.Equal(0, bytes));
        Assert.InRange(allocated.Max(), 0, 8192);
    }

    [Fact]
    public async Task Run_AfterDisposal_IsRefused()
    {
        ScottModel model = Model(Architectures.Tiny);
        FeatureLayout layout = FeatureLayout.ForFeatures(model.Architecture, new FeatureExtractionOptions());
        var engine = new ManagedFeatureEngine(model, null, layout, new FeatureExtractionOptions());
        engine.Dispose();
        engine.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Run(engine, layout));
        FeatureExtractor extractor = model.ExtractFeatures().UseManaged().Build();
        extractor.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => extractor.EmbedAsync(ImageSource.FromImage(DrawnImages.Draw(0))));
    }

    [Fact]
    public void Create_OtherPrecision_IsRefused()
    {
        ScottConfigurationException error = Assert.Throws<ScottConfigurationException>(
            () => Model(Architectures.Tiny).ExtractFeatures().UseManaged().WithPrecision(OnnxPrecision.Int8).Build());
        Assert.Equal(["Precision is Int8; expected Float32 for Managed."], error.Faults);
    }

    /// <summary>A model whose biases, scales and positions are not what they begin with: a forgotten one would not show.</summary>
    private static ScottModel Model(ScottArchitecture architecture)
    {
        ScottModel model = ScottModel.Create(architecture, seed: 6);
        var random = new Random(7);
        float[] Disturb(float[] values) => [.. values.Select(value => value + (0.2f * (random.NextSingle() - 0.5f)))];
        return model.WithWeights(new WeightSet(model.Weights.Select(
            tensor => WeightTensor.Create(tensor.Name, tensor.Shape, Disturb(tensor.ToArray())))));
    }

    private static FeatureExtractionOptions Everything(ScottArchitecture architecture) => new()
    {
        IncludeTokens = true,
        IncludeAttention = true,
        Blocks = Enumerable.Range(0, architecture.Depth).ToHashSet(),
        Pooling = architecture.HasClassToken ? EmbeddingPooling.ClassTokenAndPatchMean : EmbeddingPooling.PatchMean,
        Threads = 2,
    };

    private static FeatureBatch Run(IFeatureEngine engine, FeatureLayout layout, bool isBulk = false)
    {
        var batch = new FeatureBatch(layout, 2);
        var random = new Random(9);
        for (int i = 0; i < batch.Images.Length; i++)
            batch.Images[i] = (random.NextSingle() * 4) - 2;

        engine.Run(batch, 2, isBulk);
        return batch;
    }

    private static List<float[]> Outputs(FeatureBatch batch) => [batch.Vectors, batch.Tokens, batch.Attention, .. batch.Blocks];

    private static void AssertClose(float[] expected, float[] found)
    {
        Assert.Equal(expected.Length, found.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.InRange(found[i] - expected[i], -2e-5f - (1e-4f * Math.Abs(expected[i])), 2e-5f + (1e-4f * Math.Abs(expected[i])));
    }
}
