using Scott.Models.Imaging;
using Scott.Models.Inference;
using Scott.Models.Torch;

namespace Scott.Models.Tests.Inference;

/// <summary>One image at a time.</summary>
[Collection(TorchTests.Name)]
public sealed class FeatureExtractorTests
{
    private static readonly ScottModel Model = ScottModel.Create(Architectures.Tiny, seed: 5);
    private static readonly ScottModel Vit = ScottModel.Create(Architectures.TinyVit, seed: 5);

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
        Vectors.AssertClose(a.Vector, b.Vector);
        Vectors.AssertClose(a.Tokens!.Values, b.Tokens!.Values);
        Vectors.AssertClose(a.Attention!.Values, b.Attention!.Values);
        Vectors.AssertClose(a.Blocks[0].Values, b.Blocks[0].Values);
        Assert.Equal((4, 4, 32), (a.Tokens.GridRows, a.Tokens.GridColumns, a.Tokens.Width));
        Assert.Equal(1, Math.Sqrt(a.Vector.ToArray().Sum(value => (double)value * value)), 5);
        Assert.Equal(a.Tokens.Values.Slice(32 * 6, 32).ToArray(), a.Tokens[1, 2].ToArray());
        Assert.Equal((2, isVit ? 2 : 0), (a.Attention.Heads, a.Attention.RegisterTokens));
        float[] received = a.Attention.ReceivedByPatch();
        Assert.Equal(16, received.Length);
        Assert.InRange(received.Sum(), isVit ? 0.5f : 0.9999f, 1.0001f);
        Assert.StartsWith("TorchSharp", torch.EngineDescription, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Embed_ManyAtOnce_EachGetsItsOwnVector()
    {
        using FeatureExtractor extractor = Model.ExtractFeatures().Build();
        ImageSource[] images = [.. Enumerable.Range(0, 24).Select(i => ImageSource.FromImage(DrawnImages.Draw(i)))];
        var expected = new List<float[]>();
        foreach (ImageSource image in images)
            expected.Add(await extractor.EmbedAsync(image));

        float[][] found = await Task.WhenAll(images.Select(image => Task.Run(() => extractor.EmbedAsync(image))));
        Assert.All(expected.Zip(found), pair => Vectors.AssertClose(pair.First, pair.Second));
    }

    [Fact]
    public async Task Dispose_DuringARun_LetsTheRunEnd()
    {
        FeatureExtractor extractor = Model.ExtractFeatures().Build();
        int seen = 0;
        await foreach (ImageEmbedding result in extractor.EmbedBatchAsync([.. DrawnImages.Endless().Take(12)]))
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

    private static FeatureExtractorBuilder Everything(FeatureExtractorBuilder builder) =>
        builder.WithTokens().WithAttention().WithBlocks(0).WithUnitLength();
}
