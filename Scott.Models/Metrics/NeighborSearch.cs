using System.Numerics;

namespace Scott.Models.Metrics;

/// <summary>The nearest neighbors of every vector among the others, exact, by products of whole tiles.</summary>
internal static class NeighborSearch
{
    /// <summary>Finds the neighbors of each vector, most similar first; of equal ones, the lowest index first.</summary>
    /// <param name="vectors">The vectors.</param>
    /// <param name="neighbors">At most one less than there are vectors.</param>
    /// <param name="progress">Called from threads of the pool.</param>
    /// <param name="cancellationToken">Cancels the search.</param>
    /// <returns>[Count, neighbors], row-major.</returns>
    public static Neighbor[] Run(
        IndexRows vectors, int neighbors, IProgress<ComparisonProgress>? progress, CancellationToken cancellationToken)
    {
        if ((long)vectors.Count * neighbors > Array.MaxLength)
        {
            throw new ArgumentException(
                $"{Plural.Of(neighbors, "neighbor")} of {vectors.Count} vectors are too many; expected at most {Array.MaxLength / vectors.Count}.",
                nameof(neighbors));
        }

        var found = new Neighbor[vectors.Count * neighbors];
        Array.Fill(found, new Neighbor(-1, float.NegativeInfinity));
        var tiles = new TiledRows(vectors.ToArray(), vectors.Width);
        var tally = new ComparisonTally(vectors.Count, progress);
        Parallel.For(
            0, tiles.Tiles, new ParallelOptions { CancellationToken = cancellationToken },
            () => new float[TiledRows.TileProducts],
            (tile, _, products) =>
            {
                for (int other = 0; other < tiles.Tiles; other++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    tiles.Multiply(tile, other, products);
                    for (int row = 0; row < tiles.RowsOf(tile); row++)
                    {
                        int index = (tile * TiledRows.TileRows) + row;
                        ReadOnlySpan<float> cosines = products.AsSpan(row * TiledRows.TileRows, TiledRows.TileRows);
                        Keep(found.AsSpan(index * neighbors, neighbors), cosines, index, other * TiledRows.TileRows, vectors.Count);
                    }
                }

                tally.Add(tiles.RowsOf(tile));
                return products;
            },
            _ => { });
        return found;
    }

    /// <summary>Takes the cosines of a tile into the best of a vector.</summary>
    private static void Keep(Span<Neighbor> best, ReadOnlySpan<float> cosines, int self, int first, int count)
    {
        for (int start = 0; start < cosines.Length; start += Vector<float>.Count)
        {
            if (!Vector.GreaterThanAny(new Vector<float>(cosines[start..]), new Vector<float>(best[^1].Score)))
                continue;

            for (int i = start; i < start + Vector<float>.Count; i++)
            {
                int index = first + i;
                if (index < count && index != self && cosines[i] > best[^1].Score)
                    Insert(best, new Neighbor(index, cosines[i]));
            }
        }
    }

    private static void Insert(Span<Neighbor> best, Neighbor hit)
    {
        int place = best.Length - 1;
        for (; place > 0 && best[place - 1].Score < hit.Score; place--)
            best[place] = best[place - 1];

        best[place] = hit;
    }
}

/// <summary>A neighbor of a vector.</summary>
/// <param name="Index">Its row.</param>
/// <param name="Score">Its cosine similarity.</param>
internal readonly record struct Neighbor(int Index, float Score);
