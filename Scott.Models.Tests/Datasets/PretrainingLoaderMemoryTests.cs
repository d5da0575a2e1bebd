using Scott.Models.Datasets;
using Scott.Models.Foundation;
using Scott.Models.Imaging;
using Scott.Models.Tests.Inference;
using Scott.Models.Training;

namespace Scott.Models.Tests.Datasets;

public sealed class PretrainingLoaderMemoryTests : IDisposable
{
    private const int GridSide = 4;
    private static readonly PretrainingOptions Options = new() { BatchSize = 4 };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Batch_DisposedTwice_GivesItsMemoryBackOnce()
    {
        PretrainingLoader loader = Loader(Drawn(8), new CountingTransform());
        await foreach (PretrainingBatch batch in loader.ReadEpochAsync(2, 1, default))
        {
            Assert.Equal((2, 1, 4), (batch.Epoch, batch.Number, batch.Count));
            batch.Dispose();
            batch.Dispose();
            Assert.Throws<ObjectDisposedException>(() => batch.Target);
            Assert.Throws<ObjectDisposedException>(() => batch.Keep);
            Assert.All(batch.Names, name => Assert.StartsWith("drawn", name, StringComparison.Ordinal));
        }

        Assert.Equal(0, loader.Pool.InUse);
    }

    [Fact]
    public async Task ReadEpoch_ManyEpochs_UsesTheSameMemory()
    {
        PretrainingLoader loader = Loader(Drawn(40), new CountingTransform());
        for (int epoch = 0; epoch < 5; epoch++)
            await ReadAsync(loader, epoch);

        // Those ready, the one in the making, and the one in use.
        Assert.InRange(loader.Pool.Made, 1, PretrainingLoader.BatchesAhead + 2);
        Assert.Equal(0, loader.Pool.InUse);
    }

    [Fact]
    public async Task ReadEpoch_LeftEarly_WorksOnNothingAndKeepsNothing()
    {
        var transform = new CountingTransform();
        PretrainingLoader loader = Loader(Drawn(40), transform);
        await foreach (PretrainingBatch batch in loader.ReadEpochAsync(0, 0, default))
        {
            batch.Dispose();
            break;
        }

        int applied = transform.Applied;
        Assert.Equal(0, loader.Pool.InUse);
        await Task.Delay(100);
        Assert.Equal(applied, transform.Applied);
        Assert.True(applied < 40);
    }

    [Fact]
    public async Task ReadEpoch_Canceled_WorksOnNothingAndKeepsNothing()
    {
        var transform = new CountingTransform();
        PretrainingLoader loader = Loader(Drawn(40), transform);
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ReadAsync(loader, 0, _ => stop.Cancel(), stop.Token));
        int applied = transform.Applied;
        Assert.Equal(0, loader.Pool.InUse);
        await Task.Delay(100);
        Assert.Equal(applied, transform.Applied);
    }

    [Fact]
    public async Task ReadEpoch_Failing_HandsOutWhatCameBeforeAndKeepsNothing()
    {
        PretrainingLoader loader = Loader(Drawn(40), new CountingTransform { FailsAt = 30 }, workers: 1);
        int batches = 0;
        InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(() => ReadAsync(loader, 0, _ => batches++));
        Assert.Equal(("the 30th", 7, 0), (error.Message, batches, loader.Pool.InUse));
    }

    [Fact]
    public void EpochOrder_KnownSeed_GivesTheKnownOrder()
    {
        // A run goes on from its checkpoints with the order that it began with: another one would break that silently.
        Assert.Equal([2, 6, 5, 3, 0, 4, 1, 7], EpochOrder.Draw(47, 3, 8));
    }

    [Fact]
    public async Task Cache_ImagesInMemory_TakeNothing()
    {
        var cache = new DecodedImageCache(Drawn(2), new ImageDecodingOptions(), 1 << 20);
        using DecodedImage image = await cache.ReadAsync(1, default);
        Assert.Equal((90, 70, 0, 0), (image.Width, image.Height, cache.UsedBytes, cache.DecodedCount));
    }

    [Fact]
    public async Task Cache_ImageDecodedAndKept_AreTheSamePixels()
    {
        var dataset = ImageList.FromSources([ImageSource.FromBytes(DrawnImages.Draw(3).EncodePng())]);
        var cache = new DecodedImageCache(dataset, new ImageDecodingOptions(), 1 << 20);
        using DecodedImage decoded = await cache.ReadAsync(0, default);
        using DecodedImage kept = await cache.ReadAsync(0, default);
        Assert.Equal((1, 90 * 70 * 3), (cache.DecodedCount, cache.UsedBytes));
        Assert.True(DrawnImages.Draw(3).Pixels.Span.SequenceEqual(decoded.ToRgbImage().Pixels.Span));
        Assert.True(DrawnImages.Draw(3).Pixels.Span.SequenceEqual(kept.ToRgbImage().Pixels.Span));
    }

    [Fact]
    public async Task Cache_ImageWantedByManyAtOnce_IsDecodedOnce()
    {
        var dataset = ImageList.FromSources([ImageSource.FromBytes(DrawnImages.Draw(3, 600, 400).EncodePng())]);
        var cache = new DecodedImageCache(dataset, new ImageDecodingOptions(), 1 << 20);
        await Parallel.ForAsync(
            0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (_, token) => (await cache.ReadAsync(0, token)).Dispose());
        Assert.Equal(1, cache.DecodedCount);
    }

    [Fact]
    public async Task Cache_UnreadableImage_IsTriedAgain()
    {
        string path = _folder.File("1.png");
        var cache = new DecodedImageCache(ImageList.FromSources([path]), new ImageDecodingOptions(), 1 << 20);
        await Assert.ThrowsAsync<FileNotFoundException>(async () => await cache.ReadAsync(0, default));
        await File.WriteAllBytesAsync(path, DrawnImages.Draw(1).EncodePng());
        (await cache.ReadAsync(0, default)).Dispose();
        Assert.Equal(1, cache.DecodedCount);
    }

    [Fact]
    public async Task UnreadableCount_ImagesMetAgain_CountOnce()
    {
        ImageList dataset = ImageList.FromSources(
            Enumerable.Range(0, 12).Select(i => i is 3 or 4 ? $"nowhere-{i}.png" : ImageSource.FromImage(DrawnImages.Draw(i))));
        PretrainingLoader loader = Loader(dataset, new CountingTransform());
        Assert.Equal(0, loader.UnreadableCount);
        for (int epoch = 0; epoch < 3; epoch++)
        {
            await ReadAsync(loader, epoch);
            Assert.Equal(2, loader.UnreadableCount);
        }
    }

    [Fact]
    public async Task Reader_LastImageUnreadable_TakesTheFirst()
    {
        ImageList dataset = ImageList.FromSources([ImageSource.FromImage(DrawnImages.Draw(0)), "nowhere-1.png", "nowhere-2.png"]);
        List<string> reported = [];
        var reader = new ImageReader(
            dataset, new DecodedImageCache(dataset, new ImageDecodingOptions(), 0), failsOnUnreadable: false, (name, _) => reported.Add(name));
        for (int i = 0; i < 2; i++)
        {
            (int index, DecodedImage image) = await reader.ReadAsync(1, default);
            image.Dispose();
            Assert.Equal(0, index);
        }

        Assert.Equal(["nowhere-1.png", "nowhere-2.png"], reported);
        Assert.Equal(2, reader.UnreadableCount);
    }

    /// <summary>The error once called an image a dataset.</summary>
    [Fact]
    public async Task Reader_UnreadableImageIsAnError_NamesTheImage()
    {
        ImageList dataset = ImageList.FromSources([ImageSource.FromBytes(default, "x.jpg")]);
        var reader = new ImageReader(dataset, new DecodedImageCache(dataset, new ImageDecodingOptions(), 0), failsOnUnreadable: true, (_, _) => { });
        DatasetException error = await Assert.ThrowsAsync<DatasetException>(async () => await reader.ReadAsync(0, default));
        Assert.StartsWith("The image 'x.jpg' cannot be used: 'x.jpg' cannot be decoded: it has 0 bytes", error.Message, StringComparison.Ordinal);
    }

    private static PretrainingLoader Loader(IImageDataset dataset, ITwoViewTransform transform, int workers = 3) => new(
        dataset,
        transform,
        new KeepMaskSampler(KeepMaskKind.Uniform, new PatchGrid(GridSide, GridSide), 0.6),
        Options,
        new TrainingRunOptions { Workers = workers },
        (_, _) => { });

    private static ImageList Drawn(int count) =>
        ImageList.FromSources(Enumerable.Range(0, count).Select(i => ImageSource.FromImage(DrawnImages.Draw(i), $"drawn {i}")));

    private static async Task ReadAsync(
        PretrainingLoader loader, int epoch, Action<PretrainingBatch>? use = null, CancellationToken cancellationToken = default)
    {
        await foreach (PretrainingBatch batch in loader.ReadEpochAsync(epoch, 0, cancellationToken))
        {
            using (batch)
                use?.Invoke(batch);
        }
    }

    private sealed class CountingTransform : ITwoViewTransform
    {
        private int _applied;

        public int Applied => Volatile.Read(ref _applied);

        public int FailsAt { get; init; } = int.MaxValue;

        public int TensorLength => 3 * 8 * 8;

        public void Apply(DecodedImage image, DeterministicRandom random, Span<float> target, Span<float> context)
        {
            if (Interlocked.Increment(ref _applied) == FailsAt)
                throw new InvalidOperationException($"the {FailsAt}th");

            for (int i = 0; i < target.Length; i++)
            {
                target[i] = image.Pixels.Bytes[i];
                context[i] = (float)random.NextDouble();
            }
        }
    }
}
