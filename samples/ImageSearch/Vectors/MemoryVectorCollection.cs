using System.Linq.Expressions;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.VectorData;

namespace ImageSearch.Vectors;

/// <summary>
/// Records in memory, searched exactly by cosine similarity: enough for a folder. The rest of the app knows only the abstraction, so any store
/// with a Microsoft.Extensions.VectorData collection (Qdrant, PostgreSQL, SQLite …) can replace it. Thread-safe.
/// </summary>
/// <param name="name">The collection's name.</param>
/// <param name="key">A record's key.</param>
/// <param name="vector">A record's vector; all of one length.</param>
internal sealed class MemoryVectorCollection<TKey, TRecord>(string name, Func<TRecord, TKey> key, Func<TRecord, ReadOnlyMemory<float>> vector)
    : VectorStoreCollection<TKey, TRecord>
    where TKey : notnull
    where TRecord : class
{
    private const int RecordsPerCheck = 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, TRecord> _records = [];

    public override string Name => name;

    public override Task<bool> CollectionExistsAsync(CancellationToken cancellationToken = default) => Task.FromResult(true);

    public override Task EnsureCollectionExistsAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    public override Task EnsureCollectionDeletedAsync(CancellationToken cancellationToken = default) => Locked(_records.Clear);

    public override Task DeleteAsync(TKey key, CancellationToken cancellationToken = default) => Locked(() => _records.Remove(key));

    public override Task UpsertAsync(TRecord record, CancellationToken cancellationToken = default) => Locked(() => _records[key(record)] = record);

    public override Task UpsertAsync(IEnumerable<TRecord> records, CancellationToken cancellationToken = default) => Locked(() =>
    {
        foreach (TRecord record in records)
            _records[key(record)] = record;
    });

    public override Task<TRecord?> GetAsync(TKey key, RecordRetrievalOptions? options = null, CancellationToken cancellationToken = default)
    {
        lock (_gate)
            return Task.FromResult(_records.GetValueOrDefault(key));
    }

    public override IAsyncEnumerable<TRecord> GetAsync(
        Expression<Func<TRecord, bool>> filter,
        int top,
        FilteredRecordRetrievalOptions<TRecord>? options = null, CancellationToken cancellationToken = default)
    {
        RequireNone(options?.OrderBy, nameof(options.OrderBy));
        return Snapshot().Where(filter.Compile()).Skip(options?.Skip ?? 0).Take(top).ToAsyncEnumerable();
    }

    public override async IAsyncEnumerable<VectorSearchResult<TRecord>> SearchAsync<TInput>(
        TInput searchValue,
        int top,
        VectorSearchOptions<TRecord>? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        RequireNone(options?.VectorProperty, nameof(options.VectorProperty));
        ReadOnlyMemory<float> query = searchValue switch
        {
            ReadOnlyMemory<float> memory => memory,
            float[] array => array,
            Embedding<float> embedding => embedding.Vector,
            _ => throw new NotSupportedException($"The search value is a {typeof(TInput)}; expected a vector of float."),
        };
        Func<TRecord, bool> filter = options?.Filter?.Compile() ?? (_ => true);
        double threshold = options?.ScoreThreshold ?? double.NegativeInfinity;
        int skipped = options?.Skip ?? 0;
        IEnumerable<VectorSearchResult<TRecord>> best = Best(query, skipped + top, filter, cancellationToken).Skip(skipped);
        foreach (VectorSearchResult<TRecord> result in best.Where(result => result.Score >= threshold))
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

    private IEnumerable<VectorSearchResult<TRecord>> Best(
        ReadOnlyMemory<float> query, int count, Func<TRecord, bool> filter, CancellationToken cancellationToken)
    {
        var best = new PriorityQueue<TRecord, float>();
        foreach (TRecord[] part in Snapshot().Where(filter).Chunk(RecordsPerCheck))
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (TRecord record in part)
            {
                best.Enqueue(record, TensorPrimitives.CosineSimilarity(query.Span, vector(record).Span));
                if (best.Count > count)
                    best.Dequeue();
            }
        }

        return best.UnorderedItems
            .OrderByDescending(item => item.Priority)
            .Select(item => new VectorSearchResult<TRecord>(item.Element, item.Priority));
    }

    private TRecord[] Snapshot()
    {
        lock (_gate)
            return [.. _records.Values];
    }

    private Task Locked(Action change)
    {
        lock (_gate)
            change();

        return Task.CompletedTask;
    }
}
