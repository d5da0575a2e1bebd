using Scott.Models.Benchmarks;
using Scott.Models.Inference;

namespace Scott.Models.Tests.Inference;

/// <summary>A search takes no more memory for more vectors. Memory is of the whole process, so the test runs alone.</summary>
[Collection(AloneTests.Name)]
public sealed class EmbeddingJobIndexMemoryTests
{
    private const int Width = 512;
    private const int Shards = 16;
    private const int Rows = 2000;

    /// <summary>A tile for each processor, the keys of a few row groups, and handles. The vectors are 65 MB.</summary>
    private static readonly long MostBytes = (4L << 20) + (Environment.ProcessorCount * (1L << 19));

    [Fact]
    public async Task Search_AJobOfManyVectors_AllocatesLittle()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        var random = new Random(1);
        float[] numbers = [.. Enumerable.Range(0, Width + Rows).Select(_ => random.NextSingle() - 0.5f)];
        await DrawnJob.WriteAsync(
            folder.Path, DrawnJob.Fingerprint(Width), Shards,
            shard => Enumerable.Range(0, Rows).Select(row => new DrawnRow(DrawnJob.Key((shard * Rows) + row), numbers[row..(row + Width)])));
        EmbeddingJobIndex index = await EmbeddingJobIndex.OpenAsync(folder.Path, cancellationToken: cancellation);
        ReadOnlyMemory<float>[] queries = [numbers.AsMemory(0, Width)];
        await index.SearchBatchAsync(queries, 5, cancellationToken: cancellation);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        Assert.Equal(5, (await index.SearchBatchAsync(queries, 5, cancellationToken: cancellation))[0].Count);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 1, MostBytes);
    }
}
