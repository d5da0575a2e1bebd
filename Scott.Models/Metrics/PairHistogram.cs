namespace Scott.Models.Metrics;

/// <summary>The similarities of all pairs of vectors, counted in bins of equal width.</summary>
internal sealed class PairHistogram
{
    /// <summary>From −1 to 1; each bin is 2e-6 wide.</summary>
    private const int Bins = 1 << 20;
    private const float BinsPerUnit = Bins / 2;

    private readonly long[] _counts = new long[Bins];

    /// <summary>Counts the pairs of evenly spaced vectors.</summary>
    public static PairHistogram Measure(
        IndexRows vectors, int count, IProgress<ComparisonProgress>? progress, CancellationToken cancellationToken)
    {
        int width = vectors.Width;
        float[] chosen = new float[IndexArguments.CountNumbers(count, width)];
        for (int i = 0; i < count; i++)
            vectors.CopyRow((int)((long)i * vectors.Count / count), chosen.AsSpan(i * width));

        var tiles = new TiledRows(chosen, width);
        var tally = new ComparisonTally(count, progress);
        var histogram = new PairHistogram();
        Parallel.For(
            0, tiles.Tiles, new ParallelOptions { CancellationToken = cancellationToken },
            () => (Products: new float[TiledRows.TileProducts], Counts: new int[Bins]),
            (tile, _, local) =>
            {
                for (int other = tile; other < tiles.Tiles; other++)
                    Count(tiles, tile, other, local.Products, local.Counts);

                tally.Add(tiles.RowsOf(tile));
                return local;
            },
            local => histogram.Add(local.Counts));
        return histogram;
    }

    /// <summary>The lowest bound between bins that at most so many pairs reach, and how many reach it.</summary>
    public (double Bound, long Pairs) Above(long most)
    {
        long pairs = 0;
        int bin = Bins - 1;
        while (bin >= 0 && pairs + _counts[bin] <= most)
            pairs += _counts[bin--];

        return (((bin + 1) / (double)BinsPerUnit) - 1, pairs);
    }

    private static void Count(TiledRows tiles, int first, int second, float[] products, int[] counts)
    {
        tiles.Multiply(first, second, products);
        for (int row = 0; row < tiles.RowsOf(first); row++)
        {
            int from = first == second ? row + 1 : 0;
            foreach (float cosine in products.AsSpan(row * TiledRows.TileRows)[from..tiles.RowsOf(second)])
                counts[Math.Clamp((int)((cosine + 1) * BinsPerUnit), 0, Bins - 1)]++;
        }
    }

    private void Add(int[] counts)
    {
        lock (_counts)
        {
            for (int bin = 0; bin < Bins; bin++)
                _counts[bin] += counts[bin];
        }
    }
}
