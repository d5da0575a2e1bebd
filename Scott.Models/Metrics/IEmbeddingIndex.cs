namespace Scott.Models.Metrics;

/// <summary>Vectors with keys, searched by cosine similarity. Thread-safe: searches run while a writer adds and removes.</summary>
/// <remarks>The extension methods for <c>ImageEmbedding</c> pass fingerprints on, so that vectors of different models are never mixed.</remarks>
public interface IEmbeddingIndex
{
    /// <summary>The number of vectors.</summary>
    int Count { get; }

    /// <summary>The length of each vector; 0 in an index that has never had one and has no fingerprint.</summary>
    int Width { get; }

    /// <summary>What made the vectors.</summary>
    /// <value><see langword="null"/> if that is not known. Only the length of vectors and queries is then checked.</value>
    VectorFingerprint? Fingerprint { get; }

    /// <summary>Whether a vector has that key.</summary>
    /// <param name="key">The key. Letter case counts.</param>
    bool Contains(string key);

    /// <summary>Adds vectors, which are copied and scaled to length 1. Adds all or none.</summary>
    /// <param name="vectors">The vectors by their keys. A vector of zeros has the score 0 for every query.</param>
    /// <param name="fingerprint">What made the vectors; <see langword="null"/> if that is not known. An index without a fingerprint
    /// takes this one with its first vectors.</param>
    /// <exception cref="ArgumentException">A key is empty, not legal Unicode or already there; or a vector is empty, not finite or of another length
    /// than <see cref="Width"/>.</exception>
    /// <exception cref="FingerprintMismatchException">Another model, or other settings, made the vectors of the index.</exception>
    void AddRange(IEnumerable<KeyValuePair<string, ReadOnlyMemory<float>>> vectors, VectorFingerprint? fingerprint = null);

    /// <summary>Removes a vector; <see langword="false"/> if none has that key.</summary>
    /// <param name="key">The key.</param>
    bool Remove(string key);

    /// <summary>Finds the vectors that are most similar to a query, best first.</summary>
    /// <param name="query"><see cref="Width"/> numbers; any length if <see cref="Width"/> is 0.</param>
    /// <param name="count">The number of results, at least 1. If the index has fewer vectors, all are returned.</param>
    /// <param name="fingerprint">What made the query; <see langword="null"/> if that is not known.</param>
    /// <exception cref="ArgumentException">The query has another length or is not finite, or <paramref name="count"/> is less than 1.</exception>
    /// <exception cref="FingerprintMismatchException">Another model, or other settings, made the vectors of the index.</exception>
    IReadOnlyList<SearchHit> Search(ReadOnlySpan<float> query, int count, VectorFingerprint? fingerprint = null);
}
