using Scott.Models.Inference;
using Scott.Models.Metrics;

namespace Scott.Models.Tests.Inference;

public sealed class ImageEmbeddingExtensionsTests
{
    private static readonly string[] Files = ["none.jpg"];

    [Fact]
    public async Task ToEmbeddingIndex_OfOneModel_KeepsTheOrder()
    {
        using FeatureExtractor extractor = ScottModel.Create(Architectures.Tiny, seed: 5).ExtractFeatures().Build();
        List<ImageEmbedding> embeddings = await EmbedAsync(extractor);
        EmbeddingIndex index = embeddings.ToEmbeddingIndex();
        Assert.Equal((3, 32), (index.Count, index.Width));
        Assert.Equal(2, index.Search(embeddings[2].Vector.Span, 1)[0].Index);
        Assert.Equal(0, Enumerable.Empty<ImageEmbedding>().ToEmbeddingIndex().Count);
    }

    [Fact]
    public async Task ToEmbeddingIndex_OfTwoModels_IsRefusedUnlessUnchecked()
    {
        using FeatureExtractor one = ScottModel.Create(Architectures.Tiny, seed: 5).ExtractFeatures().Build();
        using FeatureExtractor other = ScottModel.Create(Architectures.Tiny, seed: 6).ExtractFeatures().Build();
        using FeatureExtractor free = ScottModel.Create(Architectures.Tiny, seed: 6).ExtractFeatures().WithFingerprintCheck(false).Build();
        List<ImageEmbedding> first = await EmbedAsync(one);
        IEnumerable<ImageEmbedding> mixed = [.. first, .. await EmbedAsync(other)];
        Assert.Equal(["model"], Assert.Throws<FingerprintMismatchException>(mixed.ToEmbeddingIndex).Differences);
        Assert.Equal(6, first.Concat(await EmbedAsync(free)).ToEmbeddingIndex().Count);
    }

    [Fact]
    public async Task ToEmbeddingIndex_WithAnImageThatFailed_SaysWhich()
    {
        using FeatureExtractor extractor = ScottModel.Create(Architectures.Tiny, seed: 5).ExtractFeatures().Build();
        List<ImageEmbedding> embeddings = await EmbedAsync(extractor);
        await foreach (ImageEmbedding failed in extractor.EmbedFilesAsync(Files))
            embeddings.Add(failed);

        Assert.Contains("none.jpg", Assert.Throws<InvalidOperationException>(embeddings.ToEmbeddingIndex).Message, StringComparison.Ordinal);
        embeddings[3] = null!;
        Assert.Throws<ArgumentException>(embeddings.ToEmbeddingIndex);
    }

    private static async Task<List<ImageEmbedding>> EmbedAsync(FeatureExtractor extractor)
    {
        List<ImageEmbedding> embeddings = [];
        await foreach (ImageEmbedding embedding in extractor.EmbedBatchAsync(DrawnImages.Endless().Take(3)))
            embeddings.Add(embedding);

        return embeddings;
    }
}
