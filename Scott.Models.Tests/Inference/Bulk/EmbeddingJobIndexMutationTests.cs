using Scott.Models.Benchmarks;
using Scott.Models.Inference;
using Scott.Models.Metrics;

namespace Scott.Models.Tests.Inference;

/// <summary>A changed shard is a typed error or is read as it stands; nothing is read outside of it, and no other error comes out.</summary>
public sealed class EmbeddingJobIndexMutationTests : IDisposable
{
    private const int Width = 4;
    private const int Rows = 24;

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Open_AnyChangeOfAShard_IsFoundByItsChecksum() => await ForEachMutationAsync(3, async _ =>
    {
        EmbeddingJobException error = await Assert.ThrowsAsync<EmbeddingJobException>(() => SearchAsync(verifies: true));

        // Another number of the shard or of its plan is read before the checksum.
        Assert.Contains(error.Fault, new[] { EmbeddingJobFault.DamagedShard, EmbeddingJobFault.ForeignShard });
        Assert.Equal(JobPlanner.PartPath(_folder.Path, 0), error.Path);
    });

    [Fact]
    public async Task Search_AnyChangeOfAShard_IsATypedErrorOrAnAnswer()
    {
        IReadOnlyList<SearchHit> sound = await SearchAsync(verifies: false, write: true);
        (int answers, int errors) = (0, 0);
        await ForEachMutationAsync(4, async changed =>
        {
            try
            {
                IReadOnlyList<SearchHit> hits = await SearchAsync(verifies: false);
                answers++;

                // Levels, hashes and statistics take no part in a search.
                Assert.Equal(sound.Count, hits.Count);
                Assert.All(hits, hit => Assert.InRange(hit.Score, -1, 1));
            }
            catch (EmbeddingJobException exception)
            {
                Assert.StartsWith("The vectors of the embedding job cannot be read: '", exception.Message, StringComparison.Ordinal);
                errors++;
            }
        });
        Assert.InRange(answers, 100, int.MaxValue);
        Assert.InRange(errors, 100, int.MaxValue);
    }

    public void Dispose() => _folder.Dispose();

    private async Task ForEachMutationAsync(int seed, Func<byte[], Task> check)
    {
        await SearchAsync(verifies: true, write: true);
        string path = JobPlanner.PartPath(_folder.Path, 0);
        byte[] sound = await File.ReadAllBytesAsync(path, Cancellation);
        foreach (byte[] changed in EmbeddingJobMutationTests.Mutate(sound, seed))
        {
            await File.WriteAllBytesAsync(path, changed, Cancellation);
            await check(changed);
        }
    }

    /// <summary>Opens the job, reads all its rows, and searches.</summary>
    private async Task<IReadOnlyList<SearchHit>> SearchAsync(bool verifies, bool write = false)
    {
        if (write)
        {
            await DrawnJob.WriteAsync(
                _folder.Path, DrawnJob.Fingerprint(Width), 2,
                shard => Enumerable.Range(0, Rows).Select(row => new DrawnRow(
                    $"{shard}/{row}", row % 7 == 3 ? null : [.. Enumerable.Range(0, Width).Select(i => (float)((row + (3 * i)) % 5) - 2)])),
                rowsPerGroup: 10);
        }

        EmbeddingJobIndex index = await EmbeddingJobIndex.OpenAsync(
            _folder.Path, new EmbeddingJobIndexOptions { VerifyChecksums = verifies }, cancellationToken: Cancellation);
        IReadOnlyList<IReadOnlyList<SearchHit>> hits = await index.SearchBatchAsync([(float[])[1, -1, 0.5f, 2]], 12, cancellationToken: Cancellation);
        Assert.Equal(2 * Rows, await index.ReadAsync(Cancellation).CountAsync(Cancellation));
        return hits[0];
    }
}
