using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.VectorData;
using Scott.Models;
using Scott.Models.Metrics;

namespace ImageSearch.Vectors;

/// <summary>
/// Records in memory, searched by an <see cref="EmbeddingIndex"/>. The rest of the app knows only the abstraction, so any store with a
/// Microsoft.Extensions.VectorData collection (Qdrant, PostgreSQL, SQLite …) can replace it. Thread-safe.
/// </summary>
/// <param name="name">The collection's name.</param>
/// <param name="key">A record's key.</param>
/// <param name="vector">A record's vector; all of one length.</param>
internal sealed class IndexVectorCollection<TRecord>(string name, Func<TRecord, string> key, Func<TRecord, ReadOnlyMemory<float>> vector)
    : VectorStoreCollection<string, TRecord>
    where TRecord : class
{
    private readonly Lock _writing = new();
    private readonly ConcurrentDictionary<string, TRecord> _records = [];
    private readonly EmbeddingIndex _index = new();

    public override string Name => name;

    public override Task<bool> CollectionExistsAsync(CancellationToken cancellationToken = default) => Task.FromResult(true);

    public override Task EnsureCollectionExistsAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    public override Task EnsureCollectionDeletedAsync(CancellationToken cancellationToken = default) =>
        DeleteAsync(_records.Keys, cancellationToken);

    public override Task DeleteAsync(string key, CancellationToken cancellationToken = default)
    {
        lock (_writing)
        {
            _index.Remove(key);
            _records.TryRemove(key, out _);
        }

        return Task.CompletedTask;
    }

    public override Task UpsertAsync(TRecord record, CancellationToken cancellationToken = default)
    {
        lock (_writing)
        {
            _index.Remove(key(record));
            _index.Add(key(record), vector(record));
            _records[key(record)] = record;
        }

        return Task.CompletedTask;
    }

    public override async Task UpsertAsync(IEnumerable<TRecord> records, CancellationToken cancellationToken = default)
    {
        foreach (TRecord record in records)
            await UpsertAsync(record, cancellationToken);
    }

    public override Task<TRecord?> GetAsync(string key, RecordRetrievalOptions? options = null, CancellationToken cancellationToken = default) =>
        Task.FromResult(_records.GetValueOrDefault(key));

    public override IAsyncEnumerable<TRecord> GetAsync(
        Expression<Func<TRecord, bool>> filter,
        int top,
        FilteredRecordRetrievalOptions<TRecord>? options = null,
        CancellationToken cancellationToken = default)
    {
        RequireNone(options?.OrderBy, nameof(options.OrderBy));
        return _records.Values.Where(filter.Compile()).Skip(options?.Skip ?? 0).Take(top).ToAsyncEnumerable();
    }

    public override async IAsyncEnumerable<VectorSearchResult<TRecord>> SearchAsync<TInput>(
        TInput searchValue,
        int top,
        VectorSearchOptions<TRecord>? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        RequireNone(options?.VectorProperty, nameof(options.VectorProperty));
        if (searchValue is not ReadOnlyMemory<float> query)
            throw new NotSupportedException($"The search value is a {typeof(TInput)}; expected a ReadOnlyMemory<float>.");

        // A filter can leave out any of the best: then all records are ordered.
        int skipped = options?.Skip ?? 0;
        int count = Math.Max(1, options?.Filter is null ? skipped + top : _index.Count);
        Func<TRecord, bool> filter = options?.Filter?.Compile() ?? (_ => true);
        IEnumerable<VectorSearchResult<TRecord>> results = _index.Search(query.Span, count)
            .Where(hit => hit.Score >= (options?.ScoreThreshold ?? double.NegativeInfinity))
            .Select(hit => (Record: _records.GetValueOrDefault(hit.Key), hit.Score))
            .Where(found => found.Record is not null && filter(found.Record))
            .Select(found => new VectorSearchResult<TRecord>(found.Record!, found.Score));
        foreach (VectorSearchResult<TRecord> result in results.Skip(skipped).Take(top))
            yield return result;

        await Task.CompletedTask;
    }

    public override object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType == typeof(VectorStoreCollectionMetadata)
            ? new VectorStoreCollectionMetadata { VectorStoreSystemName = "memory", CollectionName = name }
            : serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    private static void RequireNone(object? option, string optionName)
    {
        if (option is not null)
            throw new NotSupportedException($"{optionName} is not supported by records in memory; leave it out.");
    }
}
