using Scott.Models.Inference;
using Scott.Models.Metrics;

namespace Scott.Models.Cli;

/// <summary>An <see cref="EmbeddingIndex"/> with the paths as keys. It is in memory until it is complete.</summary>
internal sealed class IndexWriter(string path, VectorFingerprint fingerprint) : IEmbeddingSink
{
    private readonly EmbeddingIndex _index = new(fingerprint);

    public ValueTask AddAsync(ImageEmbedding embedding)
    {
        _index.Add(embedding);
        return ValueTask.CompletedTask;
    }

    public async ValueTask CompleteAsync() => await _index.SaveAsync(path);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
