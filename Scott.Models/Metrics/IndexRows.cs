using System.Numerics.Tensors;

namespace Scott.Models.Metrics;

/// <summary>The rows of an index at one moment. A writer makes the next snapshot, while searches read this one.</summary>
internal sealed class IndexRows
{
    /// <summary>What a removal copies, and the unit of a file.</summary>
    private const int BlockBytes = 1 << 20;
    /// <summary>What all queries of a batch read before the next part is read: it fits the cache of a core.</summary>
    private const int TileBytes = 1 << 18;
    private const int FirstCapacity = 16;
    private const int TasksPerProcessor = 4;

    /// <summary>How many queries are searched for at once: each task keeps the best rows of each.</summary>
    public const int QueriesPerPart = 1024;

    public IndexRows(IndexBlock[] blocks, int count, int width, int rowsPerBlock, VectorFingerprint? fingerprint) =>
        (Blocks, Count, Width, RowsPerBlock, Fingerprint) = (blocks, count, width, rowsPerBlock, fingerprint);

    public static IndexRows Empty(VectorFingerprint? fingerprint) => Empty(fingerprint?.Width ?? 0, fingerprint);

    /// <summary>The rows of [M, D], which are copied and scaled to length 1, without keys. Does not check the numbers.</summary>
    public static IndexRows Of(ReadOnlySpan<float> values, int width)
    {
        (int count, int rowsPerBlock) = (values.Length / width, Empty(width, null).RowsPerBlock);
        var blocks = new IndexBlock[(count + rowsPerBlock - 1) / rowsPerBlock];
        for (int row = 0; row < count; row++)
        {
            IndexBlock block = blocks[row / rowsPerBlock] ??= new IndexBlock(Math.Min(rowsPerBlock, count - row), width);
            ScaleToUnit(values.Slice(row * width, width), block.OwnRow(row % rowsPerBlock));
        }

        return new IndexRows(blocks, count, width, rowsPerBlock, null);
    }

    public IndexBlock[] Blocks { get; }
    public int Count { get; }
    /// <summary>0 as long as it is not known.</summary>
    public int Width { get; }
    public int RowsPerBlock { get; }
    public VectorFingerprint? Fingerprint { get; }

    public string Key(int row) => Blocks[row / RowsPerBlock].Keys[row % RowsPerBlock];

    /// <summary>The numbers of a row. Keep the rows alive while you use them: they can be mapped from a file.</summary>
    public ReadOnlySpan<float> Row(int row) => Blocks[row / RowsPerBlock].Row(row % RowsPerBlock);

    /// <summary>Copies the numbers of a row.</summary>
    public void CopyRow(int row, Span<float> destination)
    {
        Row(row).CopyTo(destination);
        GC.KeepAlive(this);
    }

    /// <summary>A copy of all rows, [Count, D] row-major.</summary>
    /// <exception cref="ArgumentException">No array holds them.</exception>
    public float[] ToArray()
    {
        float[] values = new float[IndexArguments.CountNumbers(Count, Width)];
        for (int row = 0; row < Count; row++)
            CopyRow(row, values.AsSpan(row * Width));

        return values;
    }

    /// <summary>How many rows of a block count.</summary>
    public int RowsIn(int block) => Math.Min(RowsPerBlock, Count - (block * RowsPerBlock));

    /// <summary>The same rows as vectors of a certain origin.</summary>
    public IndexRows Adopt(int width, VectorFingerprint? fingerprint) => Count > 0 || Width > 0 ? this : Empty(width, fingerprint);

    /// <summary>These rows, then others, whose lengths are given.</summary>
    public IndexRows With(ReadOnlySpan<KeyValuePair<string, ReadOnlyMemory<float>>> vectors, ReadOnlySpan<float> lengths)
    {
        (IndexBlock[] blocks, int count) = (Blocks, Count);
        for (int i = 0; i < vectors.Length; i++, count++)
        {
            int place = count % RowsPerBlock;
            if (place == 0)
                blocks = [.. blocks, new IndexBlock(Math.Min(RowsPerBlock, Math.Max(FirstCapacity, vectors.Length - i)), Width)];
            else if (place == blocks[^1].Capacity)
                blocks = [.. blocks[..^1], blocks[^1].Copy(place, Math.Min(RowsPerBlock, place * 2))];

            blocks[^1].Keys[place] = vectors[i].Key;
            ScaleToUnit(vectors[i].Value.Span, lengths[i], blocks[^1].OwnRow(place));
        }

        return new IndexRows(blocks, count, Width, RowsPerBlock, Fingerprint);
    }

    /// <summary>The rows without one, whose place the last row takes.</summary>
    public IndexRows Without(int row)
    {
        int last = Count - 1;
        (int block, int place, int lastPlace) = (row / RowsPerBlock, row % RowsPerBlock, last % RowsPerBlock);
        IndexBlock[] blocks = [.. Blocks];
        if (row != last)
        {
            blocks[block] = blocks[block].Copy(RowsIn(block), blocks[block].Capacity);
            blocks[block].Keys[place] = Key(last);
            CopyRow(last, blocks[block].OwnRow(place));
        }

        // The last block is always copied: other snapshots show its last row, which the next row would overwrite.
        blocks = lastPlace == 0 ? blocks[..^1] : [.. blocks[..^1], blocks[^1].Copy(lastPlace, blocks[^1].Capacity)];
        return new IndexRows(blocks, last, Width, RowsPerBlock, Fingerprint);
    }

    /// <summary>The best rows for each query, in order.</summary>
    /// <param name="units">The queries, each of length 1.</param>
    /// <param name="count">The number of rows for each.</param>
    /// <param name="cancellationToken">Checked before each block.</param>
    public SearchHit[][] Search(float[][] units, int count, CancellationToken cancellationToken) =>
        [.. units.Chunk(QueriesPerPart).SelectMany(part => SearchPart(part, count, cancellationToken))];

    private SearchHit[][] SearchPart(float[][] units, int count, CancellationToken cancellationToken)
    {
        int tasks = Math.Min(Blocks.Length, Environment.ProcessorCount * TasksPerProcessor);
        var found = new BestRows[tasks][];
        Parallel.For(0, tasks, new ParallelOptions { CancellationToken = cancellationToken }, task =>
        {
            found[task] = [.. units.Select(_ => new BestRows(count))];
            for (int block = (int)((long)Blocks.Length * task / tasks); block < (int)((long)Blocks.Length * (task + 1) / tasks); block++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Scan(block, units, found[task]);
            }
        });
        SearchHit[] Name((int Row, float Score)[] rows) => [.. rows.Select(hit => new SearchHit(hit.Row, hit.Score, Key(hit.Row)))];
        return [.. BestRows.Merge(found, units.Length, count).Select(Name)];
    }

    /// <summary>The best rows for one query, on the calling thread only, in no order.</summary>
    public IEnumerable<(int Row, float Score)> SearchUnordered(float[] unit, int count)
    {
        BestRows[] best = [new BestRows(count)];
        for (int block = 0; block < Blocks.Length; block++)
            Scan(block, [unit], best);

        return best[0].Unordered;
    }

    public static float[] Unit(ReadOnlySpan<float> vector, float length)
    {
        float[] unit = new float[vector.Length];
        ScaleToUnit(vector, length, unit);
        return unit;
    }

    public static IndexRows Empty(int width, VectorFingerprint? fingerprint) =>
        new([], 0, width, (int)Math.Clamp(BlockBytes / Math.Max(1L, (long)width * sizeof(float)), 1, BlockBytes), fingerprint);

    /// <summary>Scales a vector to length 1, and one that is shorter than 1e-18 to zeros. Does not check the numbers.</summary>
    public static void ScaleToUnit(ReadOnlySpan<float> vector, Span<float> unit) => ScaleToUnit(vector, Similarity.Length(vector), unit);

    public static void ScaleToUnit(ReadOnlySpan<float> vector, float length, Span<float> unit) =>
        TensorPrimitives.Multiply(vector, length > 0 ? 1 / length : 0, unit);

    /// <summary>How many rows all queries of a batch read before the next are read.</summary>
    public static int RowsPerTile(int width) => Math.Max(1, TileBytes / (width * sizeof(float)));

    /// <summary>Offers the rows of a tile, each of length 1 or 0, to each query.</summary>
    /// <param name="values">The rows, row-major.</param>
    /// <param name="first">The place of the first row.</param>
    /// <param name="units">The queries, each of length 1.</param>
    /// <param name="best">What each query keeps.</param>
    public static void Offer(ReadOnlySpan<float> values, int first, float[][] units, BestRows[] best)
    {
        for (int query = 0; query < units.Length; query++)
        {
            int width = units[query].Length;
            for (int row = 0; row < values.Length / width; row++)
                best[query].Offer(first + row, TensorPrimitives.Dot(units[query], values.Slice(row * width, width)));
        }
    }

    private void Scan(int block, float[][] units, BestRows[] best)
    {
        ReadOnlySpan<float> values = Blocks[block].Values;
        int rowsPerTile = RowsPerTile(Width);
        (int rows, int first) = (RowsIn(block), block * RowsPerBlock);
        for (int from = 0; from < rows; from += rowsPerTile)
        {
            int to = Math.Min(rows, from + rowsPerTile);
            Offer(values[(from * Width)..(to * Width)], first + from, units, best);
        }

        GC.KeepAlive(this);
    }
}
