using System.Buffers;
using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using DuckDB.NET.Data;
using Microsoft.Win32.SafeHandles;
using Parquet;
using Parquet.Schema;
using Scott.Models.Foundation;
using Scott.Models.Inference;
using Scott.Models.Metrics;

namespace Scott.Models.Benchmarks;

/// <summary>Other ways to search the shards of a job, with one query: each gives the keys of the best, on as many threads as there are
/// processors. It is for shards whose rows all have a vector.</summary>
internal sealed class JobSearchWays : IDisposable
{
    private readonly string _folder;
    private readonly string[] _shards;
    private readonly float[] _unit;
    private readonly int _count;
    private readonly DuckDBConnection _connection = new("DataSource=:memory:");

    public JobSearchWays(string folder, float[] query, int count)
    {
        _folder = folder;
        _shards = [.. Directory.EnumerateFiles(folder, "part-*.parquet").Order(StringComparer.Ordinal)];
        _unit = IndexRows.Unit(query, TensorPrimitives.Norm<float>(query));
        _count = count;
        _connection.Open();
    }

    public IEnumerable<(string Name, Func<Task<string[]>> Search)> All =>
    [
        ("memory-mapped pages", () => SearchAsync(MapAsync)),
        ("Parquet.Net", () => SearchAsync(DecodeAsync)),
        ("DuckDB, list_cosine_similarity", () => QueryAsync("list_cosine_similarity(embedding, ?::FLOAT[])")),
        ("DuckDB, array_cosine_similarity", () => QueryAsync(
            string.Create(CultureInfo.InvariantCulture, $"array_cosine_similarity(embedding::FLOAT[{_unit.Length}], ?::FLOAT[{_unit.Length}])"))),
    ];

    public void Dispose() => _connection.Dispose();

    /// <summary>Scans each shard by one of the ways, then merges the best of all.</summary>
    private async Task<string[]> SearchAsync(Func<string, Action<ReadOnlySpan<float>>, Task> scanAsync)
    {
        var found = new BestRows[_shards.Length][];
        await Parallel.ForAsync(0, _shards.Length, async (shard, _) =>
        {
            found[shard] = [new BestRows(_count)];
            int first = shard * EmbeddingJobOptions.DefaultShardSize;
            await scanAsync(_shards[shard], values =>
            {
                Offer(values, first, found[shard]);
                first += values.Length / _unit.Length;
            });
        });
        return [.. BestRows.Merge(found, 1, _count)[0].Select(hit => DrawnJob.Key(hit.Row))];
    }

    /// <summary>Maps the numbers of a shard, and copies none of them but to scale it.</summary>
    private async Task MapAsync(string path, Action<ReadOnlySpan<float>> offer)
    {
        JobManifest manifest = await JobManifest.ReadAsync(Path.Combine(_folder, JobManifest.FileName), CancellationToken.None);
        ShardFile shard = (await ShardFile.OpenAsync(path, manifest, Array.IndexOf(_shards, path), verifiesChecksum: false, CancellationToken.None))!;
        using SafeFileHandle handle = shard.Open();
        var mapped = new MappedFile(handle, RandomAccess.GetLength(handle));
        foreach (ShardVectors group in shard.Groups)
        {
            ReadOnlyMemory<byte> bytes = mapped.Slice(group.Offset, group.Count * _unit.Length * sizeof(float));
            offer(MemoryMarshal.Cast<byte, float>(bytes.Span));
        }

        GC.KeepAlive(mapped);
    }

    private static async Task DecodeAsync(string path, Action<ReadOnlySpan<float>> offer)
    {
        await using ParquetReader reader = await ParquetReader.CreateAsync(path);
        DataField field = reader.Schema.GetDataFields().Single(candidate => candidate.Path.FirstPart == ShardWriter.VectorColumn);
        for (int i = 0; i < reader.RowGroupCount; i++)
        {
            using ParquetRowGroupReader group = reader.OpenRowGroupReader(i);
            int count = (int)group.GetMetadata(field)!.MetaData!.NumValues;
            (float[] values, int[] definitions, int[] repetitions) =
                (ArrayPool<float>.Shared.Rent(count), ArrayPool<int>.Shared.Rent(count), ArrayPool<int>.Shared.Rent(count));
            await group.ReadRawAsync(
                field, values.AsMemory(0, count), definitions.AsMemory(0, count), repetitions.AsMemory(0, count), CancellationToken.None);
            offer(values.AsSpan(0, count));
            ArrayPool<float>.Shared.Return(values);
            ArrayPool<int>.Shared.Return(definitions);
            ArrayPool<int>.Shared.Return(repetitions);
        }
    }

    private async Task<string[]> QueryAsync(string score)
    {
        await using DuckDBCommand command = _connection.CreateCommand();
        command.CommandText =
            $"SET threads = {Environment.ProcessorCount}; "
            + $"SELECT key FROM '{_folder}/part-*.parquet' WHERE error IS NULL ORDER BY {score} DESC LIMIT {_count}";
        command.Parameters.Add(new DuckDBParameter(_unit.ToList()));
        await using System.Data.Common.DbDataReader reader = await command.ExecuteReaderAsync();
        List<string> keys = [];
        while (await reader.ReadAsync())
            keys.Add(reader.GetString(0));

        return [.. keys];
    }

    private void Offer(ReadOnlySpan<float> values, int first, BestRows[] best)
    {
        int width = _unit.Length;
        float[] tile = new float[IndexRows.RowsPerTile(width) * width];
        for (int at = 0; at < values.Length; at += tile.Length)
        {
            Span<float> rows = tile.AsSpan(0, Math.Min(tile.Length, values.Length - at));
            for (int row = 0; row < rows.Length; row += width)
            {
                ReadOnlySpan<float> vector = values.Slice(at + row, width);
                IndexRows.ScaleToUnit(vector, TensorPrimitives.Norm(vector), rows.Slice(row, width));
            }

            IndexRows.Offer(rows, first + (at / width), [_unit], best);
        }
    }
}
