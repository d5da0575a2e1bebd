using Scott.Models.Inference;
using Scott.Models.Metrics;

namespace Scott.Models;

/// <summary>Fills and searches an index with the results of a feature extractor. Fingerprints are passed on, and compared.</summary>
public static class EmbeddingIndexExtensions
{
    /// <summary>Adds one vector.</summary>
    /// <param name="index">The index.</param>
    /// <param name="key">Its key.</param>
    /// <param name="vector">The vector, which is copied and scaled to length 1.</param>
    /// <param name="fingerprint">What made it; <see langword="null"/> if that is not known.</param>
    /// <inheritdoc cref="IEmbeddingIndex.AddRange" path="/exception"/>
    public static void Add(this IEmbeddingIndex index, string key, ReadOnlyMemory<float> vector, VectorFingerprint? fingerprint = null)
    {
        ArgumentNullException.ThrowIfNull(index);
        ArgumentNullException.ThrowIfNull(key);
        index.AddRange([KeyValuePair.Create(key, vector)], fingerprint);
    }

    /// <summary>Adds the vector of an image under its path or name.</summary>
    /// <param name="index">The index.</param>
    /// <param name="embedding">The result for the image, which must have a vector.</param>
    /// <exception cref="InvalidOperationException">The image has no vector; the inner exception says why.</exception>
    /// <inheritdoc cref="IEmbeddingIndex.AddRange" path="/exception"/>
    public static void Add(this IEmbeddingIndex index, ImageEmbedding embedding)
    {
        ArgumentNullException.ThrowIfNull(embedding);
        index.Add(embedding.Name, embedding);
    }

    /// <summary>Adds the vector of an image under a key.</summary>
    /// <param name="index">The index.</param>
    /// <param name="key">The key.</param>
    /// <param name="embedding">The result for the image, which must have a vector.</param>
    /// <inheritdoc cref="Add(IEmbeddingIndex, ImageEmbedding)" path="/exception"/>
    public static void Add(this IEmbeddingIndex index, string key, ImageEmbedding embedding)
    {
        ArgumentNullException.ThrowIfNull(embedding);
        index.Add(key, embedding.Vector, embedding.Fingerprint);
    }

    /// <summary>Finds the vectors that are most similar to that of an image, best first.</summary>
    /// <param name="index">The index.</param>
    /// <param name="query">The result for the image, which must have a vector.</param>
    /// <param name="count">The number of results, at least 1.</param>
    /// <exception cref="InvalidOperationException">The image has no vector; the inner exception says why.</exception>
    /// <inheritdoc cref="IEmbeddingIndex.Search" path="/exception"/>
    public static IReadOnlyList<SearchHit> Search(this IEmbeddingIndex index, ImageEmbedding query, int count)
    {
        ArgumentNullException.ThrowIfNull(index);
        ArgumentNullException.ThrowIfNull(query);
        return index.Search(query.Vector.Span, count, query.Fingerprint);
    }

    /// <summary>Does the same in an index whose vectors <see cref="VectorMigration"/> mapped to the model that made the query. The results are
    /// approximate: see there.</summary>
    /// <param name="index">The index of mapped vectors.</param>
    /// <param name="query">The result of the new model for the image, which must have a vector.</param>
    /// <param name="count">The number of results, at least 1.</param>
    /// <exception cref="InvalidOperationException">The image has no vector; the inner exception says why.</exception>
    /// <exception cref="ArgumentException">The index holds no mapped vectors, or <paramref name="count"/> is less than 1.</exception>
    /// <exception cref="FingerprintMismatchException">The vectors were mapped to another model than the one that made the query.</exception>
    public static IReadOnlyList<SearchHit> SearchMapped(this IEmbeddingIndex index, ImageEmbedding query, int count)
    {
        ArgumentNullException.ThrowIfNull(index);
        ArgumentNullException.ThrowIfNull(query);
        VectorFingerprint target = VectorMigration.TargetOf(index.Fingerprint)
            ?? throw new ArgumentException(
                $"The index holds no mapped vectors, but those of {index.Fingerprint?.ToString() ?? "an unknown model"}.", nameof(index));
        ReadOnlyMemory<float> vector = query.Vector;
        if (query.Fingerprint is { } given)
            target.RequireSameDirection(given);

        return index.Search(vector.Span, count, index.Fingerprint);
    }
}
