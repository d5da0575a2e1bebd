using System.Numerics.Tensors;
using Microsoft.Win32.SafeHandles;
using Scott.Models.Metrics;

namespace Scott.Models.Inference;

/// <summary>One search through the shards of a job. Runs once.</summary>
internal sealed class JobSearch
{
    private readonly (ShardFile Shard, int Number, ShardVectors Vectors, int First)[] _groups;
    private readonly float[][] _units;
    private readonly int _count;
    private readonly int[] _groupsLeft;
    private readonly IndexSteps _steps;
    private int _next = -1;

    /// <param name="shards">What is searched.</param>
    /// <param name="units">The queries, each of length 1.</param>
    /// <param name="count">The number of results for each.</param>
    /// <param name="progress">Called after each shard.</param>
    public JobSearch(ShardFile[] shards, float[][] units, int count, IProgress<EmbeddingJobIndexProgress>? progress)
    {
        (_units, _count, _steps) = (units, count, new IndexSteps(shards.Length, progress));
        _groupsLeft = [.. shards.Select(shard => shard.Groups.Length)];
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
        foreach (int _ in _groupsLeft.Where(groups => groups == 0))
            _steps.Add();

        int workers = Math.Clamp(_groups.Length, 1, Environment.ProcessorCount);
        var found = new BestRows[workers][];
        var options = new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, workers, options, (worker, token) =>
        {
            found[worker] = [.. _units.Select(_ => new BestRows(_count))];
            Scan(found[worker], token);
            return ValueTask.CompletedTask;
        }).ConfigureAwait(false);
        (int Row, float Score)[][] best = BestRows.Merge(found, _units.Length, _count);
        Dictionary<int, string> keys = await Task.Run(
            () => ReadKeys([.. best.SelectMany(rows => rows.Select(hit => hit.Row)).Distinct().Order()], cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        return [.. best.Select(rows => rows.Select(hit => new SearchHit(hit.Row, hit.Score, keys[hit.Row])).ToArray())];
    }

    /// <summary>Takes one row group after the other, in their order, until none is left.</summary>
    private void Scan(BestRows[] best, CancellationToken cancellationToken)
    {
        if (_units.Length == 0)
            return;

        int width = _units[0].Length;
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
                Offer(values, first + row, best);
            }

            if (Interlocked.Decrement(ref _groupsLeft[number]) == 0)
                _steps.Add();
        }
    }

    /// <summary>Scales rows to length 1, as an <see cref="EmbeddingIndex"/> does, and offers them. Passes over those that are not finite.</summary>
    private void Offer(Span<float> values, int first, BestRows[] best)
    {
        int width = _units[0].Length;
        int from = 0;
        for (int at = 0; at < values.Length; at += width)
        {
            Span<float> row = values.Slice(at, width);
            float length = TensorPrimitives.Norm<float>(row);
            if (float.IsFinite(length))
            {
                IndexRows.ScaleToUnit(row, length, row);
                continue;
            }

            IndexRows.Offer(values[from..at], first + (from / width), _units, best);
            from = at + width;
        }

        IndexRows.Offer(values[from..], first + (from / width), _units, best);
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

/// <summary>Counts the shards that are done, from any thread, and reports them in order.</summary>
internal sealed class IndexSteps(int shards, IProgress<EmbeddingJobIndexProgress>? progress)
{
    private readonly Lock _lock = new();
    private int _completed;

    public void Add()
    {
        lock (_lock)
            progress?.Report(new EmbeddingJobIndexProgress(++_completed, shards));
    }
}
