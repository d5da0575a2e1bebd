using Scott.Models.Imaging;
using Scott.Models.Inference;
using Scott.Models.Metrics;

namespace Scott.Models.Benchmarks;

/// <summary>The vectors of images that can all be read.</summary>
internal static class BenchmarkVectors
{
    public static async Task<EmbeddingIndex> EmbedAsync(FeatureExtractor extractor, IEnumerable<ImageSource> images)
    {
        List<ImageEmbedding> embeddings = [];
        await foreach (ImageEmbedding embedding in extractor.EmbedBatchAsync(images))
            embeddings.Add(embedding);

        return embeddings.ToEmbeddingIndex();
    }
}
