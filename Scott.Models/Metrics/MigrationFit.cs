using System.Numerics.Tensors;

namespace Scott.Models.Metrics;

/// <summary>The vectors of images that two models embedded.</summary>
/// <param name="Old">[M, D].</param>
/// <param name="New">[M, E].</param>
/// <param name="Count">M.</param>
internal sealed record MigrationPairs(float[] Old, float[] New, int Count)
{
    /// <exception cref="ArgumentException">There are too few pairs.</exception>
    public static MigrationPairs Of(EmbeddingIndex old, EmbeddingIndex sample)
    {
        (List<float> olds, List<float> news, int count) = ([], [], 0);
        IndexRows rows = sample.Rows;
        for (int row = 0; row < rows.Count; row++)
        {
            if (!old.TryGetVector(rows.Key(row), out float[]? vector))
                continue;

            olds.AddRange(vector);
            news.AddRange(rows.Row(row));
            count++;
        }

        GC.KeepAlive(rows);
        return count >= VectorMigration.MinimumPairs ? new MigrationPairs([.. olds], [.. news], count) : throw new ArgumentException(
            $"{Plural.Of(count, "key")} are in both indexes; expected at least {VectorMigration.MinimumPairs}. "
                + "Embed more of the old images with the new model.",
            nameof(sample));
    }

    /// <summary>Some of the pairs, in order.</summary>
    public MigrationPairs Where(Func<int, bool> isTaken)
    {
        (int width, int newWidth) = (Old.Length / Count, New.Length / Count);
        int[] taken = [.. Enumerable.Range(0, Count).Where(isTaken)];
        float[] Rows(float[] all, int size) => [.. taken.SelectMany(i => all[(i * size)..((i + 1) * size)])];
        return new MigrationPairs(Rows(Old, width), Rows(New, newWidth), taken.Length);
    }
}

/// <summary>Learns a <see cref="VectorMigration"/>: a fifth of the pairs chooses the penalty and measures recall; all pairs make the map.</summary>
internal static class MigrationFit
{
    private const int Fold = 5;
    private static readonly double[] Penalties = [0.0001, 0.001, 0.01, 0.1, 1];

    public static VectorMigration Run(MigrationPairs pairs, VectorFingerprint from, VectorFingerprint to, CancellationToken cancellationToken)
    {
        RidgeMap Ridge(MigrationPairs some) => new(some.Old, from.Width, some.New, to.Width, cancellationToken);
        VectorMigration Migration((float[], float[]) map, double recall) => new(from, to, map, recall, pairs.Count);
        MigrationPairs held = pairs.Where(i => i % Fold == 0);
        RidgeMap fitted = Ridge(pairs.Where(i => i % Fold != 0));
        (VectorMigration Map, double Penalty, double Cosine)[] tried = [.. Penalties.Select(penalty =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            VectorMigration map = Migration(fitted.Solve(penalty, cancellationToken), 0);
            return (map, penalty, MeanCosine(map, held));
        })];
        (VectorMigration best, double chosen, _) = tried.MaxBy(candidate => candidate.Cosine);
        return Migration(Ridge(pairs).Solve(chosen, cancellationToken), Recall(best, held, cancellationToken));
    }

    /// <summary>How many vectors are searched to measure recall.</summary>
    public static int SearchedOf(int pairs) => (((pairs + Fold - 1) / Fold) + 1) / 2;

    private static double MeanCosine(VectorMigration map, MigrationPairs held) => Rows(held.Old, map.From.Width).Zip(
        Rows(held.New, map.To.Width), (old, wanted) => (double)TensorPrimitives.CosineSimilarity(map.Map(old.Span), wanted.Span)).Average();

    /// <summary>Every second pair is a query; the others are searched.</summary>
    private static double Recall(VectorMigration map, MigrationPairs held, CancellationToken cancellationToken)
    {
        MigrationPairs searched = held.Where(i => i % 2 == 0);
        var mapped = new EmbeddingIndex(Rows(searched.Old, map.From.Width).Select(old => map.Map(old.Span)));
        var wanted = new EmbeddingIndex(Rows(searched.New, map.To.Width));
        IEnumerable<ReadOnlyMemory<float>> queries = Rows(held.Where(i => i % 2 != 0).New, map.To.Width);
        return IndexRecall.Measure(mapped, wanted, queries, cancellationToken: cancellationToken);
    }

    private static IEnumerable<ReadOnlyMemory<float>> Rows(float[] values, int width) =>
        Enumerable.Range(0, values.Length / width).Select(row => (ReadOnlyMemory<float>)values.AsMemory(row * width, width));
}
