using Scott.Models.Benchmarks;
using Scott.Models.Inference;
using Scott.Models.Metrics;

namespace Scott.Models.Tests.Inference;

/// <summary>Random jobs, with images that have errors, empty shards, shards of one row, several row groups, equal vectors and vectors of zeros: a
/// search finds what an index in memory finds, to the last bit.</summary>
public sealed class EmbeddingJobIndexPropertyTests
{
    private const int Rounds = 40;
    private const int MostRows = 30;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 3)]
    [InlineData(4, 8)]
    [InlineData(5, 33)]
    [InlineData(6, 192)]
    public async Task Search_InRandomJobs_IsTheSameAsInMemory(int seed, int width)
    {
        for (int round = 0; round < Rounds; round++)
        {
            var random = new Random((seed * 1000) + round);
            DrawnRow[][] shards = [.. Enumerable.Range(0, random.Next(1, 7)).Select(shard => Draw(random, shard, width))];
            using var folder = new TemporaryFolder();
            await DrawnJob.WriteAsync(
                folder.Path, DrawnJob.Fingerprint(width), shards.Length, shard => shards[shard], random.Next(3) == 0 ? null : random.Next(1, 12));
            EmbeddingJobIndex job = await EmbeddingJobIndex.OpenAsync(
                folder.Path, new EmbeddingJobIndexOptions { VerifyChecksums = random.Next(2) == 0 }, cancellationToken: Cancellation);
            DrawnRow[] good = [.. shards.SelectMany(rows => rows).Where(row => row.Vector is not null)];
            var memory = new EmbeddingIndex(job.Fingerprint);
            memory.AddRange(good.Select(row => KeyValuePair.Create(row.Key, (ReadOnlyMemory<float>)row.Vector)), job.Fingerprint);
            Assert.Equal((good.Length, shards.Sum(rows => rows.Length) - (long)good.Length), (job.Count, job.Failed));

            ReadOnlyMemory<float>[] queries = [.. Enumerable.Range(0, random.Next(0, 5)).Select(_ => Vector(random, width))];
            int count = random.Next(1, good.Length + 4);
            IReadOnlyList<IReadOnlyList<SearchHit>> found = await job.SearchBatchAsync(
                queries, count, job.Fingerprint, cancellationToken: Cancellation);
            Assert.Equal(memory.SearchBatch(queries, count, cancellationToken: Cancellation), found);
            foreach ((ReadOnlyMemory<float> query, IReadOnlyList<SearchHit> hits) in queries.Zip(found))
                AssertBest(good, query, hits, count);

            DrawnRow[] all = [.. shards.SelectMany(rows => rows)];
            EmbeddingJobRow[] read = await job.ReadAsync(Cancellation).ToArrayAsync(Cancellation);
            Assert.Equal(all.Select(row => row.Key), read.Select(row => row.Key));
            Assert.Equal(all.Select(row => row.Vector ?? []), read.Select(row => row.Vector.ToArray()));
            Assert.All(read, row => Assert.Equal((row.Vector.IsEmpty, row.Vector.IsEmpty ? DrawnJob.Error : null), (!row.IsSuccess, row.Error)));
        }
    }

    /// <summary>By the definition of the cosine, in double precision.</summary>
    private static void AssertBest(DrawnRow[] rows, ReadOnlyMemory<float> query, IReadOnlyList<SearchHit> hits, int count)
    {
        double Cosine(float[] vector)
        {
            (double dot, double mine, double its) = (0, 0, 0);
            for (int i = 0; i < vector.Length; i++)
            {
                dot += (double)vector[i] * query.Span[i];
                mine += (double)query.Span[i] * query.Span[i];
                its += (double)vector[i] * vector[i];
            }

            return mine * its > 0 ? dot / Math.Sqrt(mine * its) : 0;
        }

        double[] expected = [.. rows.Select(row => Cosine(row.Vector!)).OrderDescending().Take(count)];
        Assert.Equal(expected.Length, hits.Count);
        Assert.All(hits.Zip(expected), pair => Assert.Equal(pair.Second, pair.First.Score, 2e-6));
        Assert.All(hits, hit => Assert.Equal(rows[hit.Index].Key, hit.Key));
    }

    private static DrawnRow[] Draw(Random random, int shard, int width)
    {
        int rows = random.Next(4) switch { 0 => 0, 1 => 1, _ => random.Next(2, MostRows) };
        List<float[]> drawn = [];
        float[]? Next()
        {
            float[]? vector = random.Next(8) switch
            {
                0 => null,
                1 => new float[width],
                2 when drawn.Count > 0 => drawn[random.Next(drawn.Count)],
                _ => Vector(random, width),
            };
            if (vector is not null)
                drawn.Add(vector);

            return vector;
        }

        return [.. Enumerable.Range(0, rows).Select(row => new DrawnRow($"photos/{shard}/ä {row}.jpg", Next()))];
    }

    /// <summary>Few different numbers, so that many scores are equal.</summary>
    private static float[] Vector(Random random, int width) => [.. Enumerable.Range(0, width).Select(_ => random.Next(-2, 3) * 0.7f)];
}
