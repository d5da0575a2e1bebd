using Microsoft.Extensions.AI;
using Scott.Models.Inference;
using Scott.Models.Tests.Inference;

namespace Scott.Models.Tests.Hosting;

/// <summary>The contract of <see cref="IEmbeddingGenerator{TInput, TEmbedding}"/>, as its documentation states it.</summary>
public sealed class EmbeddingGeneratorExtensionsTests
{
    private static readonly ScottModel Model = ScottModel.Create(Architectures.Tiny, seed: 5)
        .WithMetadata(new() { Id = "tiny" });

    [Fact]
    public async Task Generate_Images_GivesTheExtractorsVectorsInOrder()
    {
        using FeatureExtractor extractor = Model.ExtractFeatures().Build();
        using IEmbeddingGenerator<DataContent, Embedding<float>> generator = extractor.AsIEmbeddingGenerator();
        DataContent[] images = [.. Enumerable.Range(0, 5).Select(Image)];
        GeneratedEmbeddings<Embedding<float>> embeddings = await generator.GenerateAsync(images);
        Assert.Equal(5, embeddings.Count);
        for (int i = 0; i < 5; i++)
        {
            float[] expected = await extractor.EmbedAsync(Scott.Models.Imaging.ImageSource.FromBytes(images[i].Data));
            Assert.Equal(expected, embeddings[i].Vector.ToArray());
            Assert.Equal(extractor.EmbeddingWidth, embeddings[i].Dimensions);
            Assert.Equal("tiny", embeddings[i].ModelId);
            Assert.InRange(embeddings[i].CreatedAt!.Value, DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow);
        }

        Assert.Empty(await generator.GenerateAsync([]));
        Assert.Equal(embeddings[2].Vector.ToArray(), (await generator.GenerateVectorAsync(images[2])).ToArray());
    }

    [Fact]
    public void GetService_GivesMetadataExtractorAndItself()
    {
        using FeatureExtractor extractor = Model.ExtractFeatures().Build();
        using IEmbeddingGenerator<DataContent, Embedding<float>> generator = extractor.AsIEmbeddingGenerator();
        EmbeddingGeneratorMetadata metadata = generator.GetRequiredService<EmbeddingGeneratorMetadata>();
        Assert.Equal(
            ("scott.models", "tiny", extractor.EmbeddingWidth), (metadata.ProviderName, metadata.DefaultModelId, metadata.DefaultModelDimensions));
        Assert.Same(extractor, generator.GetService<FeatureExtractor>());
        Assert.Same(generator, generator.GetService<IEmbeddingGenerator>());
        Assert.Null(generator.GetService<string>());
        Assert.Null(generator.GetService<FeatureExtractor>("key"));
        Assert.Throws<ArgumentNullException>(() => generator.GetService(null!));
    }

    [Theory]
    [InlineData("image/heic")]
    [InlineData("text/plain")]
    [InlineData("application/octet-stream")]
    public async Task Generate_OtherMediaType_IsRefusedBeforeAnythingIsComputed(string mediaType)
    {
        using IEmbeddingGenerator<DataContent, Embedding<float>> generator = Model.ExtractFeatures().Build().AsIEmbeddingGenerator();
        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(
            () => generator.GenerateAsync([Image(1), new DataContent(new byte[4], mediaType)]));
        Assert.Equal("values", error.ParamName);
        Assert.StartsWith($"Value 1 has the media type '{mediaType}'; expected image/jpeg", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("image/png")]
    [InlineData("IMAGE/PNG")]
    [InlineData("image/png;version=1")]
    public async Task Generate_MediaTypeOfAnyForm_IsTaken(string mediaType)
    {
        using IEmbeddingGenerator<DataContent, Embedding<float>> generator = Model.ExtractFeatures().Build().AsIEmbeddingGenerator();
        Assert.Single(await generator.GenerateAsync([new DataContent(DrawnImages.Draw(1).EncodePng(), mediaType)]));
    }

    [Fact]
    public async Task Generate_DamagedImage_NamesIt()
    {
        using IEmbeddingGenerator<DataContent, Embedding<float>> generator = Model.ExtractFeatures().Build().AsIEmbeddingGenerator();
        var damaged = new DataContent(DrawnImages.Draw(1).EncodePng().AsMemory(0, 90), "image/png") { Name = "holiday.png" };
        ImageFormatException error = await Assert.ThrowsAsync<ImageFormatException>(() => generator.GenerateAsync([Image(1), damaged]));
        Assert.Contains("holiday.png", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_OptionsThatCannotBeServed_AreRefused()
    {
        using FeatureExtractor extractor = Model.ExtractFeatures().Build();
        using IEmbeddingGenerator<DataContent, Embedding<float>> generator = extractor.AsIEmbeddingGenerator();
        await Assert.ThrowsAsync<ArgumentException>(() => generator.GenerateAsync([Image(1)], new() { Dimensions = 7 }));
        await Assert.ThrowsAsync<ArgumentException>(() => generator.GenerateAsync([Image(1)], new() { ModelId = "another" }));
        await Assert.ThrowsAsync<ArgumentNullException>(() => generator.GenerateAsync(null!));
        await Assert.ThrowsAsync<ArgumentException>(() => generator.GenerateAsync([null!]));
        Assert.Single(await generator.GenerateAsync([Image(1)], new() { Dimensions = extractor.EmbeddingWidth, ModelId = "tiny" }));
    }

    [Fact]
    public async Task Generate_CanceledUnderWay_StopsBetweenImages()
    {
        using IEmbeddingGenerator<DataContent, Embedding<float>> generator = Model.ExtractFeatures().Build().AsIEmbeddingGenerator();
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        DataContent large = new(DrawnImages.Draw(1, 900, 700).EncodePng(), "image/png");

        // Minutes of work: that this test ends in time is what it says.
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => generator.GenerateAsync(Enumerable.Repeat(large, 20_000), cancellationToken: stop.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => generator.GenerateAsync([Image(1)], cancellationToken: stop.Token));
    }

    [Fact]
    public async Task Generate_FromManyThreads_GivesEachItsOwn()
    {
        using IEmbeddingGenerator<DataContent, Embedding<float>> generator = Model.ExtractFeatures().Build().AsIEmbeddingGenerator();
        float[][] alone = [.. (await generator.GenerateAsync(Enumerable.Range(0, 8).Select(Image))).Select(embedding => embedding.Vector.ToArray())];
        await Parallel.ForEachAsync(Enumerable.Range(0, 40), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, token) =>
            Assert.Equal(alone[i % 8], (await generator.GenerateVectorAsync(Image(i % 8), cancellationToken: token)).ToArray()));
    }

    [Fact]
    public async Task Dispose_Twice_DisposesTheExtractor()
    {
        FeatureExtractor extractor = Model.ExtractFeatures().Build();
        IEmbeddingGenerator<DataContent, Embedding<float>> generator = extractor.AsIEmbeddingGenerator();
        generator.Dispose();
        generator.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => generator.GenerateAsync([Image(1)]));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => extractor.EmbedAsync("any.png"));
    }

    private static DataContent Image(int index) => new(DrawnImages.Draw(index).EncodePng(), "image/png");
}
