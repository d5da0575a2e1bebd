using Scott.Models.Imaging;
using Scott.Models.Inference;
using Scott.Models.Onnx;
using Scott.Models.Torch;

namespace Scott.Models.Tests.Inference;

/// <summary>What runs over many images give.</summary>
[Collection(TorchTests.Name)]
public sealed class FeatureBatchTests
{
    private static readonly ScottModel Model = ScottModel.Create(Architectures.Tiny, seed: 5);

    [Fact]
    public async Task EmbedFiles_BadImages_GiveTheirErrorsInOrder()
    {
        using var folder = new TemporaryFolder();
        var paths = Enumerable.Range(0, 20).Select(i => DrawnImages.Save(folder, i)).ToList();
        await File.WriteAllTextAsync(paths[3], "no image");
        paths[7] = folder.File("missing.png");
        await File.WriteAllBytesAsync(paths[11], []);
        FeatureExtractorBuilder[] builders = [Model.ExtractFeatures(), Model.ExtractFeatures().UseTorch(TorchDevice.Cpu).WithBatchSize(4)];
        foreach (FeatureExtractorBuilder builder in builders)
        {
            using FeatureExtractor extractor = builder.Build();
            List<ImageEmbedding> results = await extractor.EmbedFilesAsync(paths).ToListAsync();
            Assert.Equal(paths, results.Select(result => result.Name));
            Assert.Equal(Enumerable.Range(0, 20).Select(i => (long)i), results.Select(result => result.Index));
            Assert.Equal([3, 7, 11], results.Where(result => !result.IsSuccess).Select(result => result.Index));
            Assert.IsType<ImageFormatException>(results[3].Error);
            Assert.IsType<FileNotFoundException>(results[7].Error, exactMatch: false);
            InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => results[3].Vector);
            Assert.Same(results[3].Error, error.InnerException);
            Vectors.AssertClose(await extractor.EmbedAsync(paths[12]), results[12].Vector);
        }
    }

    [Fact]
    public async Task EmbedFiles_AnyBatchSizeThreadsAndRepetition_GivesTheSameVectors()
    {
        using var folder = new TemporaryFolder();
        string[] paths = [.. Enumerable.Range(0, 13).Select(i => DrawnImages.Save(folder, i))];
        ReadOnlyMemory<float>[]? expected = null;
        foreach (FeatureExtractorBuilder builder in new[]
        {
            Model.ExtractFeatures(),
            Model.ExtractFeatures().WithThreads(1),
            Model.ExtractFeatures().WithThreads(3).WithBatchSize(5),
            Model.ExtractFeatures().UseTorch(TorchDevice.Cpu).WithBatchSize(1),
            Model.ExtractFeatures().UseTorch(TorchDevice.Cpu).WithBatchSize(8),
            Model.ExtractFeatures().UseManaged().WithThreads(3),
        })
        {
            using FeatureExtractor extractor = builder.Build();
            for (int repetition = 0; repetition < 2; repetition++)
            {
                ReadOnlyMemory<float>[] found = [.. (await extractor.EmbedFilesAsync(paths).ToListAsync()).Select(result => result.Vector)];
                expected ??= found;
                Assert.All(expected.Zip(found), pair => Vectors.AssertClose(pair.First, pair.Second));
            }
        }
    }

    [Fact]
    public async Task EmbedBatch_Int8_DoesNotDependOnTheNeighbors()
    {
        using FeatureExtractor extractor = Model.ExtractFeatures().WithPrecision(OnnxPrecision.Int8).Build();
        ImageSource[] images = [.. Enumerable.Range(0, 9).Select(i => ImageSource.FromImage(DrawnImages.Draw(i)))];
        List<ImageEmbedding> results = await extractor.EmbedBatchAsync(images).ToListAsync();
        for (int i = 0; i < images.Length; i++)
            Vectors.AssertClose(await extractor.EmbedAsync(images[i]), results[i].Vector);
    }

    [Fact]
    public async Task EmbedBatch_Progress_CountsEveryImage()
    {
        using FeatureExtractor extractor = Model.ExtractFeatures().Build();
        var progress = new Reports();
        ImageSource[] images = [.. Enumerable.Range(0, 5).Select(
            i => i == 2 ? ImageSource.FromBytes(new byte[3], "bad") : ImageSource.FromImage(DrawnImages.Draw(i)))];
        await extractor.EmbedBatchAsync(images, progress).ToListAsync();
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
        Assert.Empty(await extractor.EmbedBatchAsync([]).ToListAsync());
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
        List<ImageEmbedding> results = await extractor.EmbedBatchAsync(images).ToListAsync();
        Assert.Equal([false, false, false, false, false, true], results.Select(result => result.IsSuccess));
        Assert.IsType<TaskCanceledException>(results[0].Error);
    }

    private sealed class Reports : IProgress<InferenceProgress>
    {
        public List<InferenceProgress> Seen { get; } = [];

        public void Report(InferenceProgress value) => Seen.Add(value);
    }
}
