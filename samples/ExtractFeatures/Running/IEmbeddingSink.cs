using Scott.Models.Inference;

namespace ExtractFeatures.Running;

/// <summary>Takes a run's embeddings one by one, in order: a file being written, or a result that is built up.</summary>
internal interface IEmbeddingSink : IAsyncDisposable
{
    /// <summary>Takes one that succeeded.</summary>
    ValueTask AddAsync(ImageEmbedding embedding);

    /// <summary>Closes what was taken, be it all there is or not. Without it, disposing leaves nothing behind.</summary>
    ValueTask CompleteAsync();
}
