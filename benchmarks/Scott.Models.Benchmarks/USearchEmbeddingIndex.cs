using Cloud.Unum.USearch;
using Scott.Models.Metrics;

namespace Scott.Models.Benchmarks;

/// <summary>
/// An approximate index on USearch's graph (HNSW), to measure and to copy: the library itself has no such index, so that it needs no native package
/// more. Thread-safe.
/// </summary>
internal sealed class USearchEmbeddingIndex(int width, ulong connections, ulong building, ulong searching) : IEmbeddingIndex, IDisposable
{
    private readonly Lock _gate = new();
    private readonly USearchIndex _graph = new(MetricKind.Cos, ScalarKind.Float32, (ulong)width, connections, building, searching, false);
    private readonly Dictionary<string, ulong> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<ulong, string> _keys = [];
    private ulong _next;

    public int Count => _keys.Count;

    public int Width => width;

    public VectorFingerprint? Fingerprint { get; init; }

    public bool Contains(string key)
    {
        lock (_gate)
            return _numbers.ContainsKey(key);
    }

    public void AddRange(IEnumerable<KeyValuePair<string, ReadOnlyMemory<float>>> vectors, VectorFingerprint? fingerprint = null)
    {
        RequireMatch(fingerprint);
        KeyValuePair<string, ReadOnlyMemory<float>>[] added = [.. vectors];
        lock (_gate)
        {
            bool isLegal = added.All(entry => entry.Value.Length == width && !_numbers.ContainsKey(entry.Key));
            if (!isLegal || added.DistinctBy(entry => entry.Key).Count() < added.Length)
                throw new ArgumentException($"A vector has not {width} numbers, or its key is there already.", nameof(vectors));

            foreach ((string key, ReadOnlyMemory<float> vector) in added)
            {
                _graph.Add(_next, vector.ToArray());
                _numbers.Add(key, _next);
                _keys.Add(_next++, key);
            }
        }
    }

    public bool Remove(string key)
    {
        lock (_gate)
            return _numbers.Remove(key, out ulong number) && _keys.Remove(number) && _graph.Remove(number) > 0;
    }

    public IReadOnlyList<SearchHit> Search(ReadOnlySpan<float> query, int count, VectorFingerprint? fingerprint = null)
    {
        RequireMatch(fingerprint);
        lock (_gate)
        {
            int found = _graph.Search(query.ToArray(), count, out ulong[] numbers, out float[] distances);
            return [.. Enumerable.Range(0, found).Select(i => new SearchHit((int)numbers[i], 1 - distances[i], _keys[numbers[i]]))];
        }
    }

    public void Dispose() => _graph.Dispose();

    private void RequireMatch(VectorFingerprint? fingerprint)
    {
        if (Fingerprint is not null && fingerprint is not null)
            Fingerprint.RequireMatch(fingerprint);
    }
}
