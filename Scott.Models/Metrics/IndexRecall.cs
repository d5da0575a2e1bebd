namespace Scott.Models.Metrics;

/// <summary>Measures how much of an exact search an approximate one finds.</summary>
public static class IndexRecall
{
    /// <summary>The usual number of neighbors.</summary>
    public const int DefaultCount = 10;

    /// <summary>Recall at k: the share of the true nearest neighbors of the queries that the tested index finds. Vectors of the two indexes
    /// belong together by their keys.</summary>
    /// <param name="tested">The index that is measured: an approximate one, or one of mapped vectors.</param>
    /// <param name="exact">The index whose results count as true. It must hold a vector.</param>
    /// <param name="queries">The queries, at least one. Fingerprints are not compared, since mapped vectors have another one
    /// than their queries.</param>
    /// <param name="count">k, the number of neighbors, at least 1.</param>
    /// <param name="progress">Gets the number of queries that are done, after each.</param>
    /// <param name="cancellationToken">Checked between queries, and while the exact index is searched.</param>
    /// <returns>0 to 1.</returns>
    /// <exception cref="ArgumentException">There is no query or no true neighbor, a query does not fit the indexes, or k is less than 1.</exception>
    public static double Measure(
        IEmbeddingIndex tested, EmbeddingIndex exact, IEnumerable<ReadOnlyMemory<float>> queries, int count = DefaultCount,
        IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(tested);
        ArgumentNullException.ThrowIfNull(exact);
        ArgumentNullException.ThrowIfNull(queries);
        (int done, long found, long possible) = (0, 0, 0);
        foreach (ReadOnlyMemory<float>[] part in queries.Chunk(IndexRows.QueriesPerPart))
        {
            IReadOnlyList<IReadOnlyList<SearchHit>> best = exact.SearchBatch(part, count, cancellationToken: cancellationToken);
            foreach ((ReadOnlyMemory<float> query, IReadOnlyList<SearchHit> hits) in part.Zip(best))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var wanted = hits.Select(hit => hit.Key).ToHashSet(StringComparer.Ordinal);
                possible += wanted.Count;
                found += tested.Search(query.Span, count).Count(hit => wanted.Contains(hit.Key));
                done++;
                progress?.Report(done);
            }
        }

        return possible > 0 ? (double)found / possible : throw new ArgumentException(
            $"There are {Plural.Of(done, "query", "queries")} and {Plural.Of(exact.Count, "vector")}; expected at least one of each.",
            nameof(queries));
    }
}
