using System.Threading.Channels;
using Scott.Models.Foundation;
using Scott.Models.Imaging;
using Scott.Models.Inference;
using Scott.Models.Onnx;
using Scott.Models.Torch;

namespace Scott.Models.Tests.Inference;

[Collection(TorchTests.Name)]
public sealed class FeatureExtractorTests
{
    private static readonly ScottModel Model = ScottModel.Create(Architectures.Tiny, seed: 5);
    private static readonly ScottModel Vit = ScottModel.Create(Architectures.TinyVit, seed: 5);

    [Fact]
    public void Options_Defaults_AreThese()
    {
        var options = new FeatureExtractionOptions();
        Assert.Equal((FeatureEngine.OnnxRuntime, OnnxPrecision.Float32, 16, 0), (options.Engine, options.Precision, options.BatchSize, options.Threads));
        Assert.Equal([ExecutionProvider.Cpu], options.ExecutionProviders);
        Assert.Equal(TorchDevice.Auto, options.TorchDevice);
        Assert.Equal((false, false, true, false), (options.NormalizeEmbedding, options.IncludeTokens, options.NormalizeTokens, options.IncludeAttention));
        Assert.Empty(options.Blocks);
        Assert.False(options.Decoding.FastDecode);
    }

    [Fact]
    public void Build_IllegalOptions_ListsEveryFault()
    {
        ScottConfigurationException error = Assert.Throws<ScottConfigurationException>(() => Model.ExtractFeatures()
            .UseTorch().WithPrecision(OnnxPrecision.Int8).WithBatchSize(0).WithThreads(-1).WithBlocks(2).Build());
        Assert.Equal(
            [
                "Precision is Int8; the TorchSharp engine computes in Float32.",
                "BatchSize is 0; expected 1 to 4096.",
                "Threads is -1; expected 0 to 4096.",
                "A block is 2; expected 0 to 1.",
            ],
            error.Faults);
        var large = new FeatureExtractionOptions { IncludeAttention = true, BatchSize = 4096 };
        ScottModel wide = Model.WithImageSize(512);
        error = Assert.Throws<ScottConfigurationException>(() => wide.ExtractFeatures().WithOptions(large).Build());
        Assert.StartsWith("BatchSize is 4096; a batch would hold 8589934592 numbers in one array", Assert.Single(error.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void Build_Twice_IsRefused()
    {
        FeatureExtractorBuilder builder = Model.ExtractFeatures();
        builder.Build().Dispose();
        Assert.Throws<InvalidOperationException>(builder.Build);
        Assert.Throws<InvalidOperationException>(() => builder.WithTokens());
        Assert.Throws<InvalidOperationException>(() => builder.WithLogger(new LogLines()));
    }

    [Fact]
    public void Build_ProviderThatIsNotThere_FallsBackAndSaysSo()
    {
        var log = new LogLines();
        using FeatureExtractor extractor = Model.ExtractFeatures().UseOnnxRuntime(ExecutionProvider.DirectML, ExecutionProvider.Cpu).WithLogger(log).Build();
        Assert.StartsWith("ONNX Runtime 1.", extractor.EngineDescription, StringComparison.Ordinal);
        Assert.EndsWith(", Cpu", extractor.EngineDescription, StringComparison.Ordinal);
        Assert.Equal(ExecutionProvider.Cpu, extractor.ExecutionProvider);
        Assert.Collection(
            log.Lines,
            line => Assert.StartsWith("Warning: DirectML is not in this ONNX Runtime, which offers ", line, StringComparison.Ordinal),
            line => Assert.EndsWith(", Cpu.", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Build_NoProviderIsThere_IsATypedError()
    {
        ExecutionProviderException error = Assert.Throws<ExecutionProviderException>(() => Model.ExtractFeatures().UseOnnxRuntime(ExecutionProvider.DirectML).Build());
        Assert.Equal(["DirectML"], error.Requested);
        Assert.Contains("CPUExecutionProvider", error.Available);
        Assert.Contains("Microsoft.ML.OnnxRuntime.DirectML", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Embed_EveryKindOfSource_GivesTheSameVector()
    {
        using var folder = new TemporaryFolder();
        string path = DrawnImages.Save(folder, 3);
        byte[] bytes = await File.ReadAllBytesAsync(path);
        using FeatureExtractor extractor = Model.ExtractFeatures().Build();
        float[] expected = await extractor.EmbedAsync(path);
        Assert.Equal(32, expected.Length);
        Assert.Equal(expected, await extractor.EmbedAsync(ImageSource.FromBytes(bytes)));
        Assert.Equal(expected, await extractor.EmbedAsync(ImageSource.FromStream(new MemoryStream(bytes))));
        Assert.Equal(expected, await extractor.EmbedAsync(ImageSource.FromImage(DrawnImages.Draw(3))));
        Assert.NotEqual(expected, await extractor.EmbedAsync(ImageSource.FromImage(DrawnImages.Draw(4))));
    }

    [Fact]
    public async Task Embed_UnreadableImage_IsItsTypedError()
    {
        using var folder = new TemporaryFolder();
        string text = folder.File("text.jpg");
        await File.WriteAllTextAsync(text, "no image");
        using FeatureExtractor extractor = Model.ExtractFeatures().Build();
        ImageFormatException error = await Assert.ThrowsAsync<ImageFormatException>(() => extractor.EmbedAsync(text));
        Assert.Contains(text, error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<FileNotFoundException>(() => extractor.EmbedAsync(folder.File("missing.jpg")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Extract_EverythingAskedFor_AgreesBetweenEngines(bool isVit)
    {
        ScottModel model = isVit ? Vit : Model;
        using FeatureExtractor onnx = Everything(model.ExtractFeatures()).Build();
        using FeatureExtractor torch = Everything(model.ExtractFeatures()).UseTorch(TorchDevice.Cpu).Build();
        ImageSource image = ImageSource.FromImage(DrawnImages.Draw(1));
        ImageEmbedding a = await onnx.ExtractAsync(image);
        ImageEmbedding b = await torch.ExtractAsync(image);
        AssertClose(a.Vector, b.Vector);
        AssertClose(a.Tokens!.Values, b.Tokens!.Values);
        AssertClose(a.Attention!.Values, b.Attention!.Values);
        AssertClose(a.Blocks[0].Values, b.Blocks[0].Values);
        Assert.Equal((4, 32), (a.Tokens.GridSide, a.Tokens.Width));
        Assert.Equal(1, Math.Sqrt(a.Vector.Sum(value => (double)value * value)), 5);
        Assert.Equal(a.Tokens.Values.Slice(32 * 6, 32).ToArray(), a.Tokens[1, 2].ToArray());
        Assert.Equal((2, isVit ? 2 : 0), (a.Attention.Heads, a.Attention.RegisterTokens));
        float[] received = a.Attention.ReceivedByPatch();
        Assert.Equal(16, received.Length);
        Assert.InRange(received.Sum(), isVit ? 0.5f : 0.9999f, 1.0001f);
        Assert.StartsWith("TorchSharp", torch.EngineDescription, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EmbedFiles_BadImages_GiveTheirErrorsInOrder()
    {
        using var folder = new TemporaryFolder();
        var paths = Enumerable.Range(0, 20).Select(i => DrawnImages.Save(folder, i)).ToList();
        await File.WriteAllTextAsync(paths[3], "no image");
        paths[7] = folder.File("missing.png");
        await File.WriteAllBytesAsync(paths[11], []);
        foreach (FeatureExtractorBuilder builder in new[] { Model.ExtractFeatures(), Model.ExtractFeatures().UseTorch(TorchDevice.Cpu).WithBatchSize(4) })
        {
            using FeatureExtractor extractor = builder.Build();
            List<ImageEmbedding> results = await ToListAsync(extractor.EmbedFilesAsync(paths));
            Assert.Equal(paths, results.Select(result => result.Name));
            Assert.Equal(Enumerable.Range(0, 20).Select(i => (long)i), results.Select(result => result.Index));
            Assert.Equal([3, 7, 11], results.Where(result => !result.IsSuccess).Select(result => result.Index));
            Assert.IsType<ImageFormatException>(results[3].Error);
            Assert.IsType<FileNotFoundException>(results[7].Error, exactMatch: false);
            InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => results[3].Vector);
            Assert.Same(results[3].Error, error.InnerException);
            AssertClose(await extractor.EmbedAsync(paths[12]), results[12].Vector);
        }
    }

    [Fact]
    public async Task EmbedFiles_AnyBatchSizeThreadsAndRepetition_GivesTheSameVectors()
    {
        using var folder = new TemporaryFolder();
        string[] paths = [.. Enumerable.Range(0, 13).Select(i => DrawnImages.Save(folder, i))];
        float[][]? expected = null;
        foreach (FeatureExtractorBuilder builder in new[]
        {
            Model.ExtractFeatures(),
            Model.ExtractFeatures().WithThreads(1),
            Model.ExtractFeatures().WithThreads(3).WithBatchSize(5),
            Model.ExtractFeatures().UseTorch(TorchDevice.Cpu).WithBatchSize(1),
            Model.ExtractFeatures().UseTorch(TorchDevice.Cpu).WithBatchSize(8),
        })
        {
            using FeatureExtractor extractor = builder.Build();
            for (int repetition = 0; repetition < 2; repetition++)
            {
                float[][] found = [.. (await ToListAsync(extractor.EmbedFilesAsync(paths))).Select(result => result.Vector)];
                expected ??= found;
                Assert.All(expected.Zip(found), pair => AssertClose(pair.First, pair.Second));
            }
        }
    }

    [Fact]
    public async Task EmbedBatch_Int8_DoesNotDependOnTheNeighbors()
    {
        using FeatureExtractor extractor = Model.ExtractFeatures().WithPrecision(OnnxPrecision.Int8).Build();
        ImageSource[] images = [.. Enumerable.Range(0, 9).Select(i => ImageSource.FromImage(DrawnImages.Draw(i)))];
        List<ImageEmbedding> results = await ToListAsync(extractor.EmbedBatchAsync(images));
        for (int i = 0; i < images.Length; i++)
        {
            AssertClose(await extractor.EmbedAsync(images[i]), results[i].Vector);
        }
    }

    [Fact]
    public async Task EmbedBatch_Progress_CountsEveryImage()
    {
        using FeatureExtractor extractor = Model.ExtractFeatures().Build();
        var progress = new Reports();
        ImageSource[] images = [.. Enumerable.Range(0, 5).Select(i => i == 2 ? ImageSource.FromBytes(new byte[3], "bad") : ImageSource.FromImage(DrawnImages.Draw(i)))];
        await ToListAsync(extractor.EmbedBatchAsync(images, progress));
        Assert.Equal([1, 2, 3, 4, 5], progress.Seen.Select(report => report.Completed));
        Assert.Equal([0, 0, 1, 1, 1], progress.Seen.Select(report => report.Failed));
        Assert.All(progress.Seen, report => Assert.Equal(5, report.Total));
        Assert.Equal(TimeSpan.Zero, progress.Seen[4].Remaining);
        Assert.True(progress.Seen[4].ImagesPerSecond > 0);
    }

    [Fact]
    public async Task EmbedBatch_Nothing_GivesNothing()
    {
        using FeatureExtractor extractor = Model.ExtractFeatures().Build();
        Assert.Empty(await ToListAsync(extractor.EmbedBatchAsync([])));
    }

    [Fact]
    public async Task EmbedBatch_Canceled_Stops()
    {
        using FeatureExtractor extractor = Model.ExtractFeatures().Build();
        using var stop = new CancellationTokenSource();
        int seen = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (ImageEmbedding result in extractor.EmbedBatchAsync(Endless(), cancellationToken: stop.Token))
            {
                seen++;
                if (seen == 5)
                {
                    await stop.CancelAsync();
                }
            }
        });
        Assert.InRange(seen, 5, 5 + (2 * Environment.ProcessorCount));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => extractor.EmbedAsync(ImageSource.FromImage(DrawnImages.Draw(0)), stop.Token));
    }

    [Fact]
    public async Task EmbedBatch_ConsumerStopsEarly_TakesFewMoreImages()
    {
        using FeatureExtractor extractor = Model.ExtractFeatures().WithThreads(2).Build();
        int taken = 0;
        IEnumerable<ImageSource> Counted()
        {
            foreach (ImageSource image in Endless())
            {
                taken++;
                yield return image;
            }
        }

        await foreach (ImageEmbedding result in extractor.EmbedBatchAsync(Counted()))
        {
            if (result.Index == 9)
            {
                break;
            }
        }

        // Ten handed out, for each of two workers one share at work and one waiting, and two between the input and them.
        Assert.InRange(taken, 10, 16);
    }

    [Fact]
    public async Task EmbedBatch_InputThatFails_PassesItsErrorOn()
    {
        using FeatureExtractor extractor = Model.ExtractFeatures().Build();
        IEnumerable<ImageSource> Failing()
        {
            yield return ImageSource.FromImage(DrawnImages.Draw(0));
            throw new InvalidDataException("the input broke");
        }

        InvalidDataException error = await Assert.ThrowsAsync<InvalidDataException>(() => ToListAsync(extractor.EmbedBatchAsync(Failing())));
        Assert.Equal("the input broke", error.Message);
    }

    [Fact]
    public async Task EmbedBatch_StreamsThatFailInAnyWay_GiveTheirErrors()
    {
        using FeatureExtractor extractor = Model.ExtractFeatures().Build();
        var spent = ImageSource.FromStream(new MemoryStream(DrawnImages.Draw(0).EncodePng()), "spent");
        await extractor.EmbedAsync(spent);
        var closed = new MemoryStream([1, 2, 3]);
        await closed.DisposeAsync();
        ImageSource[] images =
        [
            ImageSource.FromStream(new FailingStream(new TaskCanceledException("the server took too long")), "slow"),
            ImageSource.FromStream(new FailingStream(new NotSupportedException("no")), "odd"),
            ImageSource.FromStream(closed, "closed"),
            spent,
            "a path with a \0 in it",
            ImageSource.FromImage(DrawnImages.Draw(1)),
        ];
        List<ImageEmbedding> results = await ToListAsync(extractor.EmbedBatchAsync(images));
        Assert.Equal([false, false, false, false, false, true], results.Select(result => result.IsSuccess));
        Assert.IsType<TaskCanceledException>(results[0].Error);
    }

    [Fact]
    public async Task EmbedStream_ImagesThatComeOneByOne_GiveTheirResultsAtOnce()
    {
        using FeatureExtractor extractor = Model.ExtractFeatures().WithThreads(2).Build();
        var fed = Channel.CreateUnbounded<ImageSource>();
        await using IAsyncEnumerator<ImageEmbedding> results = extractor.EmbedStreamAsync(fed.Reader.ReadAllAsync()).GetAsyncEnumerator();
        for (int i = 0; i < 3; i++)
        {
            // The next image comes only when the result of the last is there.
            await fed.Writer.WriteAsync(ImageSource.FromImage(DrawnImages.Draw(i)));
            Assert.True(await results.MoveNextAsync());
            Assert.Equal(i, results.Current.Index);
        }

        fed.Writer.Complete();
        Assert.False(await results.MoveNextAsync());
    }

    [Fact]
    public async Task Dispose_DuringARun_LetsTheRunEnd()
    {
        FeatureExtractor extractor = Model.ExtractFeatures().Build();
        int seen = 0;
        await foreach (ImageEmbedding result in extractor.EmbedBatchAsync([.. Endless().Take(12)]))
        {
            Assert.True(result.IsSuccess);
            extractor.Dispose();
            seen++;
        }

        Assert.Equal(12, seen);
        extractor.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => extractor.EmbedAsync(ImageSource.FromImage(DrawnImages.Draw(0))));
        Assert.Throws<ObjectDisposedException>(() => extractor.EmbedBatchAsync([]));
    }

    [Fact]
    public async Task Embed_ManyAtOnce_EachGetsItsOwnVector()
    {
        using FeatureExtractor extractor = Model.ExtractFeatures().Build();
        ImageSource[] images = [.. Enumerable.Range(0, 24).Select(i => ImageSource.FromImage(DrawnImages.Draw(i)))];
        var expected = new List<float[]>();
        foreach (ImageSource image in images)
        {
            expected.Add(await extractor.EmbedAsync(image));
        }

        float[][] found = await Task.WhenAll(images.Select(image => Task.Run(() => extractor.EmbedAsync(image))));
        Assert.All(expected.Zip(found), pair => AssertClose(pair.First, pair.Second));
    }

    private static FeatureExtractorBuilder Everything(FeatureExtractorBuilder builder) => builder.WithTokens().WithAttention().WithBlocks(0).WithUnitLength();

    private static IEnumerable<ImageSource> Endless()
    {
        for (int i = 0; ; i++)
        {
            yield return ImageSource.FromImage(DrawnImages.Draw(i));
        }
    }

    private static async Task<List<ImageEmbedding>> ToListAsync(IAsyncEnumerable<ImageEmbedding> results)
    {
        List<ImageEmbedding> list = [];
        await foreach (ImageEmbedding result in results)
        {
            list.Add(result);
        }

        return list;
    }

    private static void AssertClose(ReadOnlyMemory<float> expected, ReadOnlyMemory<float> found)
    {
        Assert.Equal(expected.Length, found.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected.Span[i], found.Span[i], 1e-5f);
        }
    }

    private sealed class FailingStream(Exception failure) : MemoryStream
    {
        public override int Read(Span<byte> buffer) => throw failure;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw failure;
    }

    private sealed class Reports : IProgress<InferenceProgress>
    {
        public List<InferenceProgress> Seen { get; } = [];

        public void Report(InferenceProgress value) => Seen.Add(value);
    }
}
