using System.Diagnostics.CodeAnalysis;
using Scott.Models.Weights;

namespace Scott.Models.Metrics;

/// <summary>Exact nearest-neighbor search by cosine similarity: vectors with keys, in memory or mapped from a file. Thread-safe.</summary>
/// <remarks>Every query reads all vectors: about 70 ms for a million vectors of 192 numbers on two cores. A search reads the vectors of the moment it
/// began, and never waits for a writer. One writer at a time adds or removes.</remarks>
public sealed class EmbeddingIndex : IEmbeddingIndex
{
    private readonly Lock _writing = new();
    private readonly Dictionary<string, int> _rowsByKey;
    private volatile IndexRows _rows;

    /// <summary>Makes an empty index, which takes the fingerprint of the first vectors that are added.</summary>
    public EmbeddingIndex()
        : this((VectorFingerprint?)null) { }

    /// <summary>Makes an empty index.</summary>
    /// <param name="fingerprint">What makes its vectors; <see langword="null"/> to take that of the first vectors that are added.</param>
    public EmbeddingIndex(VectorFingerprint? fingerprint)
        : this(IndexRows.Empty(fingerprint), new Dictionary<string, int>(StringComparer.Ordinal)) { }

    /// <summary>Makes an index over vectors, which are copied and scaled to length 1. Without vectors it is empty, and finds nothing.</summary>
    /// <param name="vectors">The vectors, all of the same length. Their keys are their places: <c>0</c>, <c>1</c> and so on.</param>
    /// <exception cref="ArgumentException">A vector is null, empty or not finite, or they differ in length.</exception>
    [OverloadResolutionPriority(1)]
    public EmbeddingIndex(IEnumerable<float[]> vectors)
        : this(Items.NotNull(vectors, "a vector").Select(vector => (ReadOnlyMemory<float>)vector)) { }

    /// <inheritdoc cref="EmbeddingIndex(IEnumerable{float[]})"/>
    /// <exception cref="ArgumentException">A vector is empty or not finite, or they differ in length.</exception>
    public EmbeddingIndex(IEnumerable<ReadOnlyMemory<float>> vectors)
        : this()
    {
        ArgumentNullException.ThrowIfNull(vectors);
        AddRange(vectors.Select((vector, i) => KeyValuePair.Create(i.ToString(CultureInfo.InvariantCulture), vector)));
    }

    internal EmbeddingIndex(IndexRows rows, Dictionary<string, int> rowsByKey) => (_rows, _rowsByKey) = (rows, rowsByKey);

    /// <inheritdoc/>
    public int Count => _rows.Count;

    /// <inheritdoc/>
    public int Width => _rows.Width;

    /// <inheritdoc/>
    public VectorFingerprint? Fingerprint => _rows.Fingerprint;

    /// <summary>The keys of this moment, in the order of their places.</summary>
    public IReadOnlyList<string> Keys
    {
        get
        {
            IndexRows rows = _rows;
            return [.. Enumerable.Range(0, rows.Count).Select(rows.Key)];
        }
    }

    /// <summary>The vectors of this moment.</summary>
    internal IndexRows Rows => _rows;

    /// <summary>Reads an index that <see cref="SaveAsync"/> wrote. All numbers are checked, so the whole file is read once.</summary>
    /// <param name="path">The file.</param>
    /// <param name="storage">Where the vectors are kept. Keys are always in managed memory. A mapped file must not change; vectors can be added and
    /// removed nevertheless, since the index copies what it changes.</param>
    /// <param name="progress">Called after each part of the file.</param>
    /// <param name="cancellationToken">Checked between parts of the file.</param>
    /// <exception cref="SafetensorsException">The file is not valid safetensors.</exception>
    /// <exception cref="VectorFileException">It holds something else, or is damaged.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public static Task<EmbeddingIndex> LoadAsync(
        string path, WeightStorage storage = WeightStorage.Managed, IProgress<IndexFileProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        EmbeddingIndexFile.ReadAsync(path, storage, progress, cancellationToken);

    /// <summary>Writes the vectors of this moment, their keys and their fingerprint, atomically. The file is safetensors.</summary>
    /// <param name="path">The file. Replaced if it exists. On Windows it must not be a file that an index has mapped.</param>
    /// <param name="progress">Called after each part of the file.</param>
    /// <param name="cancellationToken">Checked between parts of the file. The old file then stays.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public Task SaveAsync(string path, IProgress<IndexFileProgress>? progress = null, CancellationToken cancellationToken = default) =>
        EmbeddingIndexFile.WriteAsync(path, _rows, progress, cancellationToken);

    /// <inheritdoc/>
    public bool Contains(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        lock (_writing)
            return _rowsByKey.ContainsKey(key);
    }

    /// <summary>Looks up a vector; <see langword="false"/> if none has that key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="vector">A copy of the vector, scaled to length 1.</param>
    public bool TryGetVector(string key, [NotNullWhen(true)] out float[]? vector)
    {
        ArgumentNullException.ThrowIfNull(key);
        lock (_writing)
        {
            vector = _rowsByKey.TryGetValue(key, out int row) ? _rows.Row(row).ToArray() : null;
            GC.KeepAlive(_rows);
            return vector is not null;
        }
    }

    /// <inheritdoc/>
    public void AddRange(IEnumerable<KeyValuePair<string, ReadOnlyMemory<float>>> vectors, VectorFingerprint? fingerprint = null)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        KeyValuePair<string, ReadOnlyMemory<float>>[] added = [.. vectors];
        lock (_writing)
        {
            RequireMatch(_rows, fingerprint);
            if (added.Length == 0)
                return;

            IndexRows rows = _rows.Adopt(fingerprint?.Width ?? added[0].Value.Length, fingerprint);
            float[] lengths = IndexArguments.Lengths(added, rows.Width, rows.Count > 0 || rows.Fingerprint is not null, nameof(vectors));
            IndexArguments.AddKeys(_rowsByKey, added, rows.Count, nameof(vectors));
            try
            {
                _rows = rows.With(added, lengths);
            }
            catch
            {
                // Memory may be short. Then none is added.
                foreach (KeyValuePair<string, ReadOnlyMemory<float>> vector in added)
                    _rowsByKey.Remove(vector.Key);

                throw;
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>The last vector takes its place. Copies up to 2 MiB.</remarks>
    public bool Remove(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        lock (_writing)
        {
            if (!_rowsByKey.TryGetValue(key, out int row))
                return false;

            IndexRows rows = _rows.Without(row);
            _rowsByKey.Remove(key);
            if (row < rows.Count)
                _rowsByKey[rows.Key(row)] = row;

            _rows = rows;
            return true;
        }
    }

    /// <inheritdoc/>
    /// <remarks>Vectors with equal scores are in the order of their places.</remarks>
    public IReadOnlyList<SearchHit> Search(ReadOnlySpan<float> query, int count, VectorFingerprint? fingerprint = null)
    {
        IndexRows rows = RowsFor(count, fingerprint);
        return rows.Width == 0 ? [] : rows.Search([IndexArguments.Unit(rows.Width, query, nameof(query))], count, CancellationToken.None)[0];
    }

    /// <summary>Searches for many queries at once, three times as fast as one by one: the vectors are read from memory once for each 1 024
    /// queries.</summary>
    /// <param name="queries">The queries, <see cref="Width"/> numbers each.</param>
    /// <param name="count">The number of results of each query, at least 1.</param>
    /// <param name="fingerprint">What made the queries; <see langword="null"/> if that is not known.</param>
    /// <param name="cancellationToken">Checked while the vectors are read.</param>
    /// <returns>The results of each query, best first, in the order of the queries.</returns>
    /// <inheritdoc cref="Search" path="/exception"/>
    public IReadOnlyList<IReadOnlyList<SearchHit>> SearchBatch(
        IEnumerable<ReadOnlyMemory<float>> queries, int count, VectorFingerprint? fingerprint = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queries);
        IndexRows rows = RowsFor(count, fingerprint);
        float[][] units = [.. queries.Select(query => rows.Width == 0 ? [] : IndexArguments.Unit(rows.Width, query.Span, nameof(queries)))];
        return rows.Width == 0 ? [.. units.Select(_ => Array.Empty<SearchHit>())] : rows.Search(units, count, cancellationToken);
    }

    private IndexRows RowsFor(int count, VectorFingerprint? fingerprint)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        IndexRows rows = _rows;
        RequireMatch(rows, fingerprint);
        return rows;
    }

    private static void RequireMatch(IndexRows rows, VectorFingerprint? fingerprint)
    {
        if (rows.Fingerprint is { } stored && fingerprint is not null)
            stored.RequireSameDirection(fingerprint);
    }
}
