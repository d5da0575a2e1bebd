using ExtractFeatures.Running;
using Scott.Models.Inference;

namespace ExtractFeatures.Demo;

/// <summary>Keeps every embedding; for runs that are known to be small.</summary>
internal sealed class EmbeddingCollector : IEmbeddingSink
{
    public List<ImageEmbedding> Embeddings { get; } = [];

    public ValueTask AddAsync(ImageEmbedding embedding)
    {
        Embeddings.Add(embedding);
        return ValueTask.CompletedTask;
    }

    public ValueTask CompleteAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
