using Scott.Models.Inference;

namespace Scott.Models.Cli;

/// <summary>Takes a run's embeddings one by one, in order.</summary>
internal interface IEmbeddingSink : IAsyncDisposable
{
    /// <summary>Takes one that succeeded.</summary>
    ValueTask AddAsync(ImageEmbedding embedding);

    /// <summary>Finishes the output with what was taken so far. Without it, disposing leaves nothing behind.</summary>
    ValueTask CompleteAsync();

    /// <summary>How many of the embeddings the finished output holds: 0 if there is no output.</summary>
    /// <value><see langword="null"/> if it holds all of them, because no failure can cost some.</value>
    long? KeptImages => null;
}
