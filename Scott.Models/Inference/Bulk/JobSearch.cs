using Microsoft.Win32.SafeHandles;
using Scott.Models.Metrics;

namespace Scott.Models.Inference;

/// <summary>One search through the shards of a job. Runs once.</summary>
internal sealed class JobSearch
{
    /// <summary>How many queries share one reading of the files: each worker keeps the best rows of each.</summary>
    public const int QueriesPerReading = 1 << 14;

    private readonly ShardFile[] _shards;
    private readonly (ShardFile Shard, int Number, ShardVectors Vectors, int First)[] _groups;
    private readonly float[][] _units;
    private readonly int _count;
    private readonly IndexSteps _steps;
    private int[] _groupsLeft = [];
    private int _next;

    /// <param name="shards">What is searched.</param>
    /// <param name="units">The queries, each of length 1.</param>
    /// <param name="count">The number of results for each.</param>
    /// <param name="progress">Called after each shard.</param>
    public JobSearch(ShardFile[] shards, float[][] units, int count, IProgress<EmbeddingJobIndexProgress>? progress)
    {
        (_shards, _units, _count) = (shards, units, count);
        _steps = new IndexSteps(shards.Length, progress, (units.Length + QueriesPerReading - 1) / QueriesPerReading);
        int first = 0;
        List<(ShardFile, int, ShardVectors, int)> groups = [];
        foreach ((int number, ShardFile shard) in shards.Index())
        {
            foreach (ShardVectors group in shard.Groups)
            {
                groups.Add((shard, number, group, first));
                first += group.Count;
            }
        }

        _groups = [.. groups];
    }

    public async Task<SearchHit[][]> RunAsync(CancellationToken cancellationToken)
    {
        List<(int Row, float Score)[]> best = [];
        foreach (float[][] units in _units.Chunk(QueriesPerReading))
            best.AddRange(await ScanAsync(units, cancellationToken).ConfigureAwait(false));

        Dictionary<int, string> keys = await Task.Run(
            () => ReadKeys([.. best.SelectMany(rows => rows.Select(hit => hit.Row)).Distinct().Order()], cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        return [.. best.Select(rows => rows.Select(hit => new SearchHit(hit.Row, hit.Score, keys[hit.Row])).ToArray())];
    }

    /// <summary>The best rows for each of some queries. Reads all vectors once.</summary>
    private async Task<(int Row, float Score)[][]> ScanAsync(float[][] units, CancellationToken cancellationToken)
    {
        _next = -1;
        _groupsLeft = [.. _shards.Select(shard => shard.Groups.Length)];
        foreach (int _ in _groupsLeft.Where(groups => groups == 0))
            _steps.Add();

        int workers = Math.Clamp(_groups.Length, 1, Environment.ProcessorCount);
        var found = new BestRows[workers][];
        var options = new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, workers, options, (worker, token) =>
        {
            found[worker] = [.. units.Select(_ => new BestRows(_count))];
            Scan(units, found[worker], token);
            return ValueTask.CompletedTask;
        }).ConfigureAwait(false);
        return BestRows.Merge(found, units.Length, _count);
    }

    /// <summary>Takes one row group after the other, in their order, until none is left.</summary>
    private void Scan(float[][] units, BestRows[] best, CancellationToken cancellationToken)
    {
        int width = units[0].Length;
        float[] tile = new float[IndexRows.RowsPerTile(width) * width];
        for (int next; (next = Interlocked.Increment(ref _next)) < _groups.Length;)
        {
            (ShardFile shard, int number, ShardVectors vectors, int first) = _groups[next];
            using SafeFileHandle handle = shard.Open();
            for (int row = 0; row < vectors.Count; row += tile.Length / width)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Span<float> values = tile.AsSpan(0, Math.Min(tile.Length, (vectors.Count - row) * width));
                shard.Read(handle, vectors.Offset + ((long)row * width * sizeof(float)), MemoryMarshal.AsBytes(values));
                Offer(values, first + row, units, best);
            }

            if (Interlocked.Decrement(ref _groupsLeft[number]) == 0)
                _steps.Add();
        }
    }

    /// <summary>Scales rows to length 1, as an <see cref="EmbeddingIndex"/> does, and offers them. Passes over those that are not finite.</summary>
    private static void Offer(Span<float> values, int first, float[][] units, BestRows[] best)
    {
        int width = units[0].Length;
        int from = 0;
        for (int at = 0; at < values.Length; at += width)
        {
            Span<float> row = values.Slice(at, width);
            float length = Similarity.Length(row);
            if (float.IsFinite(length))
            {
                IndexRows.ScaleToUnit(row, length, row);
                continue;
            }

            IndexRows.Offer(values[from..at], first + (from / width), units, best);
            from = at + width;
        }

        IndexRows.Offer(values[from..], first + (from / width), units, best);
    }

    /// <summary>The keys of rows, which are in ascending order. Reads the keys of a row group only if it has one of them.</summary>
    private Dictionary<int, string> ReadKeys(int[] rows, CancellationToken cancellationToken)
    {
        var keys = new Dictionary<int, string>(rows.Length);
        int at = 0;
        foreach ((ShardFile shard, _, ShardVectors vectors, int first) in _groups)
        {
            int to = at;
            while (to < rows.Length && rows[to] < first + vectors.Count)
                to++;

            if (to == at)
                continue;

            cancellationToken.ThrowIfCancellationRequested();
            using SafeFileHandle handle = shard.Open();
            ShardTexts texts = shard.ReadTexts(handle, vectors.Key, isNullable: false);
            int[] places = shard.ReadRows(handle, vectors);
            for (; at < to; at++)
                keys[rows[at]] = shard.Text(texts, places[rows[at] - first]);
        }

        return keys;
    }
}

/// <summary>Counts the shards that are done, from any thread, and reports them in order. If all are read several times, so many readings of shards
/// count as one shard.</summary>
internal sealed class IndexSteps(int shards, IProgress<EmbeddingJobIndexProgress>? progress, int readings = 1)
{
    private readonly Lock _lock = new();
    private int _completed;

    public void Add()
    {
        lock (_lock)
        {
            _completed++;
            if (_completed % readings == 0)
                progress?.Report(new EmbeddingJobIndexProgress(_completed / readings, shards));
        }
    }
}
