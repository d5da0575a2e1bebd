using System.Collections.Concurrent;
using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Tests.Inference;
using Scott.Models.Training;

namespace Scott.Models.Tests.Training;

public sealed class PretrainingLoaderTests
{
    private const int GridSide = 4;
    private static readonly PretrainingOptions Options = new() { BatchSize = 4 };

    [Fact]
    public async Task ReadEpoch_AnyNumberOfWorkers_GivesTheSameBatches()
    {
        ImageList dataset = Drawn(18);
        List<Content> expected = await ReadAsync(Loader(dataset, new TrainingRunOptions { Workers = 1 }), 0);
        Assert.Equal(4, expected.Count);
        foreach (int workers in new[] { 2, 5 })
            AssertEqual(expected, await ReadAsync(Loader(dataset, new TrainingRunOptions { Workers = workers, CacheBytes = 0 }), 0));
    }

    [Fact]
    public async Task ReadEpoch_FromTheMiddle_GivesTheRest()
    {
        ImageList dataset = Drawn(18);
        List<Content> whole = await ReadAsync(Loader(dataset), 3);
        AssertEqual(whole.Skip(2), await ReadAsync(Loader(dataset), 3, firstBatch: 2));
        Assert.Empty(await ReadAsync(Loader(dataset), 3, firstBatch: 4));
    }

    [Fact]
    public async Task ReadEpoch_WholeEpoch_HasEachImageOnceInAnotherOrderEachTime()
    {
        PretrainingLoader loader = Loader(Drawn(16));
        string[][] orders = [.. (await Task.WhenAll(Enumerable.Range(0, 3).Select(epoch => ReadAsync(loader, epoch)))).Select(
            batches => batches.SelectMany(batch => batch.Names).ToArray())];
        Assert.All(orders, names => Assert.Equal(16, names.Distinct().Count()));
        Assert.NotEqual(orders[0], orders[1]);
        Assert.NotEqual(orders[1], orders[2]);
        Assert.NotEqual(orders[0], (await ReadAsync(Loader(Drawn(16), options: Options with { Seed = 48 }), 0)).SelectMany(batch => batch.Names));
    }

    [Fact]
    public async Task ReadEpoch_Masks_KeepTheirExactCountAndDiffer()
    {
        List<Content> batches = await ReadAsync(Loader(Drawn(16)), 0);
        byte[][] masks = [.. batches.SelectMany(batch => batch.Keep.Chunk(GridSide * GridSide))];
        Assert.All(masks, mask => Assert.Equal(7, mask.Count(value => value == 1)));
        Assert.True(masks.Select(mask => string.Concat(mask)).Distinct().Count() > 8);
    }

    [Fact]
    public async Task ReadEpoch_SeveralViewsAndMasks_BeginWithTheOnlyOnes()
    {
        const int Masks = 3, Views = 2;
        List<Content> plain = await ReadAsync(Loader(Drawn(8)), 1);
        List<Content> several = await ReadAsync(Loader(Drawn(8), options: Options with { MasksPerView = Masks, ViewsPerImage = Views }), 1);
        foreach ((Content one, Content all) in plain.Zip(several))
        {
            Assert.Equal(one.Names, all.Names);
            Assert.Equal((one.Target.Length * Views, one.Keep.Length * Views * Masks), (all.Target.Length, all.Keep.Length));
            Assert.True(one.Target.AsSpan().SequenceEqual(all.Target.AsSpan(0, one.Target.Length)));
            Assert.True(one.Context.AsSpan().SequenceEqual(all.Context.AsSpan(0, one.Context.Length)));
            Assert.False(one.Target.AsSpan().SequenceEqual(all.Target.AsSpan(one.Target.Length)));
            Assert.Equal(one.Keep, all.Keep[..one.Keep.Length]);
            Assert.All(all.Keep.Chunk(GridSide * GridSide), mask => Assert.Equal(7, mask.Count(value => value == 1)));
            Assert.True(all.Keep.Chunk(one.Keep.Length).Select(masks => string.Concat(masks)).Distinct().Count() == Views * Masks);
        }
    }

    [Fact]
    public async Task Cache_ThatFits_DecodesEachImageOnce()
    {
        ImageList dataset = Encoded(8);
        PretrainingLoader cached = Loader(dataset);
        PretrainingLoader uncached = Loader(dataset, new TrainingRunOptions { CacheBytes = 0 });
        PretrainingLoader partly = Loader(dataset, new TrainingRunOptions { CacheBytes = 3 * 90 * 70 * 3 });
        for (int epoch = 0; epoch < 3; epoch++)
        {
            List<Content> expected = await ReadAsync(uncached, epoch);
            AssertEqual(expected, await ReadAsync(cached, epoch));
            AssertEqual(expected, await ReadAsync(partly, epoch));
        }

        Assert.Equal((8, 24), (cached.Cache.DecodedCount, uncached.Cache.DecodedCount));
        Assert.Equal(8 + 5 + 5, partly.Cache.DecodedCount);
        Assert.Equal((8 * 90 * 70 * 3, 0, 3 * 90 * 70 * 3), (cached.Cache.UsedBytes, uncached.Cache.UsedBytes, partly.Cache.UsedBytes));
    }

    [Fact]
    public async Task ReadEpoch_UnreadableImages_AreReplacedTheSameWayAndReportedOnce()
    {
        ImageList dataset = WithBad(12, 3, 4, 9);
        List<Content>? expected = null;
        foreach (int workers in new[] { 1, 4 })
        {
            var reported = new ConcurrentBag<string>();
            PretrainingLoader loader = Loader(dataset, new TrainingRunOptions { Workers = workers }, report: reported.Add);
            List<Content> found = [.. await ReadAsync(loader, 0), .. await ReadAsync(loader, 1)];
            expected ??= found;
            AssertEqual(expected, found);
            Assert.Equal(["bad 3", "bad 4", "bad 9"], reported.Order(StringComparer.Ordinal));
            Assert.DoesNotContain(found.SelectMany(batch => batch.Names), name => name.StartsWith("bad", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task ReadEpoch_UnreadableImageThatIsToFail_NamesIt()
    {
        PretrainingLoader loader = Loader(WithBad(8, 5), new TrainingRunOptions { FailOnUnreadable = true });
        DatasetException error = await Assert.ThrowsAsync<DatasetException>(() => ReadAsync(loader, 0));
        Assert.Equal("bad 5", error.Name);
        DatasetException none = await Assert.ThrowsAsync<DatasetException>(() => ReadAsync(Loader(WithBad(4, 0, 1, 2, 3)), 0));
        Assert.Contains("none of its 4 images can be read", none.Message, StringComparison.Ordinal);
        Assert.Contains(
            "its 3 images cannot fill a batch of 4",
            Assert.Throws<DatasetException>(() => Loader(Drawn(3))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadEpoch_CanceledOrLeftEarly_Ends()
    {
        PretrainingLoader loader = Loader(Drawn(16));
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (PretrainingBatch batch in loader.ReadEpochAsync(0, 0, stop.Token))
            {
                batch.Dispose();
                await stop.CancelAsync();
            }
        });
        await foreach (PretrainingBatch batch in loader.ReadEpochAsync(0, 0, default))
        {
            batch.Dispose();
            break;
        }

        AssertEqual(await ReadAsync(Loader(Drawn(16)), 0), await ReadAsync(loader, 0));
    }

    private static PretrainingLoader Loader(
        IImageDataset dataset, TrainingRunOptions? run = null, PretrainingOptions? options = null, Action<string>? report = null) => new(
        dataset,
        new TwoViewTransform(new AugmentationSpec(), PreprocessingSpec.ForImage(32)),
        new KeepMaskSampler(KeepMaskKind.Blockwise, new PatchGrid(GridSide, GridSide), 0.6),
        options ?? Options,
        run ?? new TrainingRunOptions(),
        (name, _) => report?.Invoke(name));

    private static ImageList Drawn(int count) =>
        ImageList.FromSources(Enumerable.Range(0, count).Select(i => ImageSource.FromImage(DrawnImages.Draw(i), $"drawn {i}")));

    private static ImageList Encoded(int count) =>
        ImageList.FromSources(Enumerable.Range(0, count).Select(i => ImageSource.FromBytes(DrawnImages.Draw(i).EncodePng(), $"encoded {i}")));

    private static ImageList WithBad(int count, params int[] bad) => ImageList.FromSources(Enumerable.Range(0, count).Select(i =>
        bad.Contains(i) ? ImageSource.FromBytes(new byte[] { 1, 2, 3 }, $"bad {i}") : ImageSource.FromImage(DrawnImages.Draw(i), $"drawn {i}")));

    private static async Task<List<Content>> ReadAsync(PretrainingLoader loader, int epoch, int firstBatch = 0)
    {
        List<Content> batches = [];
        await foreach (PretrainingBatch batch in loader.ReadEpochAsync(epoch, firstBatch, default))
        {
            using (batch)
                batches.Add(new Content([.. batch.Target], [.. batch.Context], [.. batch.Keep], [.. batch.Names]));
        }

        return batches;
    }

    private static void AssertEqual(IEnumerable<Content> expected, IEnumerable<Content> found)
    {
        Assert.Equal(expected.Count(), found.Count());
        foreach ((Content a, Content b) in expected.Zip(found))
        {
            Assert.Equal(a.Names, b.Names);
            Assert.Equal(a.Keep, b.Keep);
            Assert.True(a.Target.AsSpan().SequenceEqual(b.Target) && a.Context.AsSpan().SequenceEqual(b.Context));
        }
    }

    private sealed record Content(float[] Target, float[] Context, byte[] Keep, string[] Names);
}
