using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Inference;
using Scott.Models.Metrics;
using Scott.Models.Tests.Imaging;
using Scott.Models.Torch;
using Scott.Models.Weights;

namespace Scott.Models.Tests.Inference;

/// <summary>Lists in which something is no image at all.</summary>
[Collection(TorchTests.Name)]
public sealed class PathListTests : IDisposable
{
    private static readonly ScottModel Model = ScottModel.Create(Architectures.Tiny, seed: 5);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task EmbedFiles_PathsThatAreNone_GiveTheirErrorsAndTheRunContinues(bool usesTorch)
    {
        (string?[] paths, bool[] isImage) = Paths();
        FeatureExtractorBuilder builder = Model.ExtractFeatures();
        using FeatureExtractor extractor = (usesTorch ? builder.UseTorch(TorchDevice.Cpu).WithBatchSize(4) : builder).Build();
        List<ImageEmbedding> results = await extractor.EmbedFilesAsync(paths!).ToListAsync();
        Assert.Equal(isImage, results.Select(result => result.IsSuccess));
        Assert.Equal(paths.Select(path => path ?? string.Empty), results.Select(result => result.Name));
        Assert.Equal(ImageFault.InvalidPath, Assert.IsType<ImageFormatException>(results[1].Error).Fault);
        Assert.Equal(ImageFault.InvalidPath, Assert.IsType<ImageFormatException>(results[2].Error).Fault);
        Assert.Equal(ImageFault.NotAFile, Assert.IsType<ImageFormatException>(results[4].Error).Fault);
    }

    [Fact]
    public async Task ClassifyFiles_PathsThatAreNone_GiveTheirErrorsAndTheRunContinues()
    {
        (string?[] paths, bool[] isImage) = Paths();
        using ImageClassifier classifier = Classifier().Classify().Build();
        Assert.Equal(isImage, (await classifier.ClassifyFilesAsync(paths!).ToListAsync()).Select(result => result.IsSuccess));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task EmbedBatch_NullImage_IsNamedByItsPlaceAfterTheResultsBefore(int place)
    {
        ImageSource?[] images = [.. Enumerable.Range(0, 5).Select(i => i == place ? null : ImageSource.FromImage(DrawnImages.Draw(i)))];
        FeatureExtractorBuilder[] builders = [Model.ExtractFeatures(), Model.ExtractFeatures().UseTorch(TorchDevice.Cpu).WithBatchSize(8)];
        foreach (FeatureExtractorBuilder builder in builders)
        {
            using FeatureExtractor extractor = builder.Build();
            await AssertNullAsync(extractor.EmbedBatchAsync(images!), place);
            await AssertNullAsync(extractor.EmbedBatchAsync(images.Select(image => image!)), place);
            await AssertNullAsync(extractor.EmbedStreamAsync(images.ToAsyncEnumerable()!), place);
        }

        using ImageClassifier classifier = Classifier().Classify().Build();
        await AssertNullAsync(classifier.ClassifyBatchAsync(images!), place);
        await AssertNullAsync(classifier.ClassifyStreamAsync(images.ToAsyncEnumerable()!), place);
    }

    [Fact]
    public async Task EmbedBatch_StreamThatThrows_GivesItsErrorAndTheRunContinues()
    {
        using FeatureExtractor extractor = Model.ExtractFeatures().Build();
        using var broken = new ScriptedStream((_, _, _) => throw new TimeoutException("gone"));
        List<ImageEmbedding> results = await extractor
            .EmbedBatchAsync([ImageSource.FromStream(broken, "camera"), ImageSource.FromImage(DrawnImages.Draw(1))])
            .ToListAsync();
        Assert.Equal([false, true], results.Select(result => result.IsSuccess));
        Assert.IsType<TimeoutException>(results[0].Error);
    }

    [Fact]
    public async Task Embed_MaximumBytes_HoldsForExtractorAndGenerator()
    {
        byte[] file = DrawnImages.Draw(1).EncodePng();
        using FeatureExtractor extractor = Model.ExtractFeatures().WithDecoding(new ImageDecodingOptions { MaximumBytes = file.Length - 1 }).Build();
        Assert.Equal(
            ImageFault.TooManyBytes, (await Assert.ThrowsAsync<ImageFormatException>(() => extractor.EmbedAsync(ImageSource.FromBytes(file)))).Fault);
        var value = new Microsoft.Extensions.AI.DataContent(file, "image/png");
        Assert.Equal(
            ImageFault.TooManyBytes,
            (await Assert.ThrowsAsync<ImageFormatException>(() => extractor.AsIEmbeddingGenerator().GenerateAsync([value]))).Fault);
    }

    [Fact]
    public void Sequences_WithNull_NameItsPlace()
    {
        AssertNull(() => new EmbeddingIndex([[1f], null!]), 1, "vectors");
        AssertNull(() => PatchPca.Fit([null!]), 0, "images");
        AssertNull(() => ImageList.FromSources(["a.png", null!]), 1, "sources");
        AssertNull(() => ImageList.FromLabeled([("a.png", "a"), (null!, "b")]), 1, "labeled");
        Assert.Contains(
            "The label of item 1",
            Assert.Throws<ArgumentException>(() => ImageList.FromLabeled([("a.png", "a"), ("b.png", null!)])).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "The label of item 0", Assert.Throws<ArgumentException>(() => ImageList.FromLabeled([("a.png", " ")])).Message, StringComparison.Ordinal);
        AssertNull(() => new ConcatenatedDataset(ImageList.FromSources(["a.png"]), null!), 1, "datasets");
        AssertNull(() => ClassificationMetrics.FromProbabilities([1, 0], [0], ["a", null!]), 1, "classNames");
        AssertNull(() => ConfusionMatrix.FromPredictions([0], [0], [null!]), 0, "classNames");
        AssertNull(() => new WeightSet([null!]), 0, "tensors");
    }

    [Fact]
    public void EmbeddingIndex_Empty_FindsNothing()
    {
        var index = new EmbeddingIndex([]);
        Assert.Equal((0, 0), (index.Count, index.Width));
        Assert.Empty(index.Search([1, 2, 3], 5));
        Assert.Empty(index.Search([], 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => index.Search([1], 0));
        ArgumentException error = Assert.Throws<ArgumentException>(() => new EmbeddingIndex([[1, 2], [1]]));
        Assert.StartsWith("Vector 1, counted from 0, has 1 number; expected 2", error.Message, StringComparison.Ordinal);
    }

    private static void AssertNull(Func<object> act, int place, string parameter)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(act);
        Assert.Equal(parameter, error.ParamName);
        Assert.StartsWith($"Item {place}, counted from 0, is null; expected ", error.Message, StringComparison.Ordinal);
    }

    private static async Task AssertNullAsync<T>(IAsyncEnumerable<T> results, int place)
    {
        var found = new List<T>();
        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(async () =>
        {
            await foreach (T result in results)
            {
                found.Add(result);
            }
        });
        Assert.Equal("images", error.ParamName);
        Assert.StartsWith($"Item {place}, counted from 0, is null; expected an image.", error.Message, StringComparison.Ordinal);
        Assert.Equal(place, found.Count);
    }

    private static ScottClassifier Classifier() => new(
        Model,
        ClassifierHead.Linear,
        WeightSpec.Initialize(HeadLayout.Of(ClassifierHead.Linear, Model.Architecture.EmbeddingWidth, 2), 1),
        ["a", "b"]);

    private (string?[] Paths, bool[] IsImage) Paths()
    {
        string folder = Directory.CreateDirectory(_folder.File("folder.png")).FullName;
        string?[] paths =
            [
                DrawnImages.Save(_folder, 1), string.Empty, "a\0b.png", null, folder, new string('n', 5000) + ".png", "missing.png", " ",
                DrawnImages.Save(_folder, 2),
            ];
        return (paths, [.. paths.Select((_, i) => i == 0 || i == paths.Length - 1)]);
    }
}
