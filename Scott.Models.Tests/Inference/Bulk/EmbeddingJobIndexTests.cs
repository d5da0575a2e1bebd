using System.Runtime.InteropServices;
using Scott.Models.Benchmarks;
using Scott.Models.Inference;
using Scott.Models.Metrics;

namespace Scott.Models.Tests.Inference;

/// <summary>Opening, searching and reading the folder of a job, and what cannot be.</summary>
public sealed class EmbeddingJobIndexTests(BulkFixture files) : IClassFixture<BulkFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Search_ByAnImageOfTheJob_FindsItFirst()
    {
        EmbeddingJob job = await RunAsync(7);
        EmbeddingJobIndex index = await EmbeddingJobIndex.OpenAsync(job.Folder, cancellationToken: Cancellation);
        Assert.Equal((29, 32, 1L, 5, 0), (index.Count, index.Width, index.Failed, index.Shards, index.MissingShards));
        Assert.Equal((job.Folder, job.Fingerprint), (index.Folder, index.Fingerprint));
        List<EmbeddingJobIndexProgress> reports = [];
        ImageEmbedding query = await files.One.ExtractAsync(Path.Combine(files.ImageFolder, BulkFixture.Key(20)), Cancellation);
        IReadOnlyList<SearchHit> hits = await index.SearchAsync(query, 3, new Listener<EmbeddingJobIndexProgress>(reports.Add), Cancellation);
        Assert.Equal([3, 19], (int[])[hits.Count, hits[0].Index]); // The broken image before it does not count.
        Assert.Equal((BulkFixture.Key(20), 1f), (hits[0].Key, MathF.Round(hits[0].Score, 5)));
        Assert.Equal(Enumerable.Range(1, 5).Select(done => new EmbeddingJobIndexProgress(done, 5)), reports);
    }

    [Fact]
    public async Task Read_AJob_GivesTheRowsThatDuckDbReads()
    {
        EmbeddingJob job = await RunAsync(7);
        EmbeddingJobIndex index = await EmbeddingJobIndex.OpenAsync(job.Folder, cancellationToken: Cancellation);
        BulkRow[] expected = await BulkRow.ReadAsync(Path.Combine(job.Folder, "part-*.parquet"));
        EmbeddingJobRow[] rows = await index.ReadAsync(Cancellation).ToArrayAsync(Cancellation);
        Assert.Equal(expected.Select(row => (row.Key, row.Error, row.ContentSha256)), rows.Select(row => (row.Key, row.Error, row.ContentSha256)));
        Assert.Equal(expected.Select(row => row.Embedding ?? []), rows.Select(row => row.Vector.ToArray()));
        Assert.Equal((30, 1), (rows.Length, rows.Count(row => !row.IsSuccess)));
    }

    [Fact]
    public async Task Search_WithVectorsOfAnotherModel_IsRefusedUnlessTheCheckIsOff()
    {
        EmbeddingJob job = await RunAsync(10);
        EmbeddingJobIndex index = await EmbeddingJobIndex.OpenAsync(job.Folder, cancellationToken: Cancellation);
        ImageEmbedding other = await files.Other.ExtractAsync(Path.Combine(files.ImageFolder, BulkFixture.Key(0)), Cancellation);
        FingerprintMismatchException error = await Assert.ThrowsAsync<FingerprintMismatchException>(
            () => index.SearchAsync(other, 3, cancellationToken: Cancellation));
        Assert.Equal(["model"], error.Differences);
        using FeatureExtractor unchecked_ = ScottModel.Create(Architectures.Tiny, seed: 6).ExtractFeatures().WithFingerprintCheck(false).Build();
        ImageEmbedding query = await unchecked_.ExtractAsync(Path.Combine(files.ImageFolder, BulkFixture.Key(0)), Cancellation);
        Assert.Equal(3, (await index.SearchAsync(query, 3, cancellationToken: Cancellation)).Count);
        Assert.Equal(3, (await index.SearchBatchAsync([other.Vector], 3, cancellationToken: Cancellation))[0].Count);
    }

    [Fact]
    public async Task Search_ByWhatIsNoQuery_IsRefused()
    {
        EmbeddingJob job = await RunAsync(10);
        EmbeddingJobIndex index = await EmbeddingJobIndex.OpenAsync(job.Folder, cancellationToken: Cancellation);
        ArgumentException wrong = await Assert.ThrowsAsync<ArgumentException>(
            () => index.SearchBatchAsync([new float[31]], 1, cancellationToken: Cancellation));
        Assert.Contains("The query has 31 numbers; this index holds vectors of 32.", wrong.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(
            () => index.SearchBatchAsync([Enumerable.Repeat(float.NaN, 32).ToArray()], 1, cancellationToken: Cancellation));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => index.SearchBatchAsync([new float[32]], 0, cancellationToken: Cancellation));
        Assert.Empty(await index.SearchBatchAsync([], 1, cancellationToken: Cancellation));
    }

    [Fact]
    public async Task Search_FromManyThreads_GivesEachItsAnswer()
    {
        using var folder = new TemporaryFolder();
        await WriteAsync(folder.Path, 6, 200);
        EmbeddingJobIndex index = await EmbeddingJobIndex.OpenAsync(folder.Path, cancellationToken: Cancellation);
        EmbeddingJobRow[] rows = await index.ReadAsync(Cancellation).ToArrayAsync(Cancellation);
        await Parallel.ForAsync(0, 60, Cancellation, async (i, token) =>
        {
            EmbeddingJobRow row = rows[i * 20];
            IReadOnlyList<IReadOnlyList<SearchHit>> hits = await index.SearchBatchAsync([row.Vector], 1, cancellationToken: token);
            Assert.Equal(row.Key, hits[0][0].Key);
        });
    }

    [Fact]
    public async Task Search_AVectorThatIsNotFinite_IsNeverFound()
    {
        using var folder = new TemporaryFolder();
        float[][] vectors = [[1, 0], [float.NaN, 1], [float.PositiveInfinity, 0], [0, 1], [float.MaxValue, float.MaxValue], [1, 1]];
        await DrawnJob.WriteAsync(
            folder.Path, DrawnJob.Fingerprint(2), 1, _ => vectors.Select((vector, i) => new DrawnRow($"{i}", vector)));
        EmbeddingJobIndex index = await EmbeddingJobIndex.OpenAsync(folder.Path, cancellationToken: Cancellation);
        IReadOnlyList<SearchHit> hits = (await index.SearchBatchAsync([(float[])[0, 1]], 6, cancellationToken: Cancellation))[0];
        Assert.Equal(["3", "5", "0"], hits.Select(hit => hit.Key));
        Assert.Equal([3, 5, 0], hits.Select(hit => hit.Index));
    }

    /// <summary>The squares of its numbers are too small for single precision.</summary>
    [Fact]
    public async Task Search_AVectorShorterThanCanBeMeasured_FindsWhatAnIndexInMemoryFinds()
    {
        using var folder = new TemporaryFolder();
        float[][] vectors = [[1e-19f, 0], [0, 1], [1e-17f, 1e-17f]];
        await DrawnJob.WriteAsync(
            folder.Path, DrawnJob.Fingerprint(2), 1, _ => vectors.Select((vector, i) => new DrawnRow($"{i}", vector)));
        EmbeddingJobIndex index = await EmbeddingJobIndex.OpenAsync(folder.Path, cancellationToken: Cancellation);
        var memory = new EmbeddingIndex(index.Fingerprint);
        memory.AddRange(vectors.Select((vector, i) => KeyValuePair.Create($"{i}", (ReadOnlyMemory<float>)vector)), index.Fingerprint);
        ReadOnlyMemory<float>[] queries = [(float[])[1, 0]];
        IReadOnlyList<IReadOnlyList<SearchHit>> found = await index.SearchBatchAsync(queries, 3, cancellationToken: Cancellation);
        Assert.Equal(memory.SearchBatch(queries, 3, cancellationToken: Cancellation), found);
        Assert.Equal(0, found[0].Single(hit => hit.Key == "0").Score);
    }

    [Fact]
    public async Task Search_MoreQueriesThanOneReading_FindsEachAndReportsTheShardsOnce()
    {
        using var folder = new TemporaryFolder();
        await WriteAsync(folder.Path, 3, 20);
        EmbeddingJobIndex index = await EmbeddingJobIndex.OpenAsync(folder.Path, cancellationToken: Cancellation);
        EmbeddingJobRow[] rows = await index.ReadAsync(Cancellation).ToArrayAsync(Cancellation);
        EmbeddingJobRow[] asked = [.. Enumerable.Range(0, (2 * JobSearch.QueriesPerReading) + 1).Select(i => rows[i % rows.Length])];
        List<EmbeddingJobIndexProgress> reports = [];
        IReadOnlyList<IReadOnlyList<SearchHit>> found = await index.SearchBatchAsync(
            asked.Select(row => row.Vector), 1, null, new Listener<EmbeddingJobIndexProgress>(reports.Add), Cancellation);
        Assert.Equal(asked.Select(row => row.Key), found.Select(hits => hits[0].Key));
        Assert.Equal(Enumerable.Range(1, 3).Select(done => new EmbeddingJobIndexProgress(done, 3)), reports);
    }

    [Fact]
    public async Task Search_Canceled_Stops()
    {
        using var folder = new TemporaryFolder();
        await WriteAsync(folder.Path, 40, 50);
        EmbeddingJobIndex index = await EmbeddingJobIndex.OpenAsync(folder.Path, cancellationToken: Cancellation);
        using var source = new CancellationTokenSource();
        int last = 0;
        var progress = new Listener<EmbeddingJobIndexProgress>(now =>
        {
            last = now.CompletedShards;
            if (last == 2)
                source.Cancel();
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => index.SearchBatchAsync([new float[8]], 1, null, progress, source.Token));
        Assert.InRange(last, 2, 39);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => EmbeddingJobIndex.OpenAsync(folder.Path, cancellationToken: source.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await index.ReadAsync(source.Token).CountAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Open_AnUnfinishedJob_IsAnErrorUnlessAsked()
    {
        EmbeddingJob job = await files.PlanAsync(files.NewFolder(), 10);
        var partly = new EmbeddingJobIndexOptions { AllowMissingShards = true };
        Assert.Equal(0, (await EmbeddingJobIndex.OpenAsync(job.Folder, partly, cancellationToken: Cancellation)).Count);
        await job.RunShardAsync(2, cancellationToken: Cancellation);
        EmbeddingJobException error = await Assert.ThrowsAsync<EmbeddingJobException>(
            () => EmbeddingJobIndex.OpenAsync(job.Folder, cancellationToken: Cancellation));
        Assert.Equal((EmbeddingJobFault.NotFinished, job.Folder), (error.Fault, error.Path));
        Assert.Contains(
            "has 1 of the 3 shards of its job; 'part-00000.parquet' is the first that is missing. Run the job again", error.Message,
            StringComparison.Ordinal);
        EmbeddingJobIndex index = await EmbeddingJobIndex.OpenAsync(job.Folder, partly, cancellationToken: Cancellation);
        Assert.Equal((10, 2, 3), (index.Count, index.MissingShards, index.Shards));
        float[] query = new float[32];
        query[0] = 1;
        Assert.Equal(10, (await index.SearchBatchAsync([query], 20, cancellationToken: Cancellation))[0].Count);
    }

    [Fact]
    public async Task Open_WhatIsNoJob_IsATypedError()
    {
        EmbeddingJobException none = await Assert.ThrowsAsync<EmbeddingJobException>(
            () => EmbeddingJobIndex.OpenAsync(files.ImageFolder, cancellationToken: Cancellation));
        Assert.Equal(EmbeddingJobFault.NoPlan, none.Fault);
        EmbeddingJob job = await RunAsync(10);
        await File.WriteAllTextAsync(Path.Combine(job.Folder, "_manifest.json"), "{}", Cancellation);
        EmbeddingJobException plan = await Assert.ThrowsAsync<EmbeddingJobException>(
            () => EmbeddingJobIndex.OpenAsync(job.Folder, cancellationToken: Cancellation));
        Assert.Equal(EmbeddingJobFault.Manifest, plan.Fault);
    }

    [Fact]
    public async Task Open_ShardsOfAnotherPlanOrPlace_IsATypedError()
    {
        EmbeddingJob job = await RunAsync(10);
        EmbeddingJob other = await RunAsync(10, files.Other);
        string path = job.PathOf(1);
        byte[] sound = await File.ReadAllBytesAsync(path, Cancellation);
        foreach (string foreign in (string[])[other.PathOf(1), job.PathOf(0)])
        {
            File.Copy(foreign, path, overwrite: true);
            await AssertFaultAsync(job.Folder, EmbeddingJobFault.ForeignShard, path);
        }

        await File.WriteAllBytesAsync(path, sound, Cancellation);
        string more = Path.Combine(job.Folder, "part-00003.parquet");
        File.Copy(path, more);
        await AssertFaultAsync(job.Folder, EmbeddingJobFault.ForeignShard, more);
        File.Delete(more);
        File.Delete(path);
        Directory.CreateDirectory(path);
        await AssertFaultAsync(job.Folder, EmbeddingJobFault.NotReadable, path);
    }

    /// <summary>A changed number is seen by the checksum alone.</summary>
    [Fact]
    public async Task Open_AShardWithAChangedNumber_IsAnErrorIfChecksumsAreVerified()
    {
        EmbeddingJob job = await RunAsync(10);
        (string path, float[] vector) = (job.PathOf(0), await FirstVectorAsync(job.Folder));
        byte[] bytes = await File.ReadAllBytesAsync(path, Cancellation);
        bytes[bytes.AsSpan().IndexOf(MemoryMarshal.AsBytes(vector.AsSpan()))] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, Cancellation);
        Assert.NotEqual(vector, await FirstVectorAsync(job.Folder));
        EmbeddingJobException error = await AssertFaultAsync(
            job.Folder, EmbeddingJobFault.DamagedShard, path, new EmbeddingJobIndexOptions { VerifyChecksums = true });
        Assert.Contains("is damaged: its checksum does not match. Run the job again", error.Message, StringComparison.Ordinal);
        await job.RunAsync(cancellationToken: Cancellation);
        Assert.Equal(vector, await FirstVectorAsync(job.Folder));
    }

    [Fact]
    public async Task Search_InAShardThatChangedOrIsGone_IsATypedError()
    {
        EmbeddingJob job = await RunAsync(10);
        EmbeddingJobIndex index = await EmbeddingJobIndex.OpenAsync(job.Folder, cancellationToken: Cancellation);
        await File.AppendAllTextAsync(job.PathOf(1), "x", Cancellation);
        foreach (EmbeddingJobFault fault in (EmbeddingJobFault[])[EmbeddingJobFault.DamagedShard, EmbeddingJobFault.NotReadable])
        {
            EmbeddingJobException error = await Assert.ThrowsAsync<EmbeddingJobException>(
                () => index.SearchBatchAsync([new float[32]], 1, cancellationToken: Cancellation));
            Assert.Equal((fault, job.PathOf(1)), (error.Fault, error.Path));
            await Assert.ThrowsAsync<EmbeddingJobException>(async () => await index.ReadAsync(Cancellation).CountAsync(Cancellation));
            File.Delete(job.PathOf(1));
        }
    }

    private async Task<EmbeddingJob> RunAsync(int shardSize, FeatureExtractor? extractor = null)
    {
        EmbeddingJob job = await files.PlanAsync(files.NewFolder(), shardSize, extractor);
        await job.RunAsync(cancellationToken: Cancellation);
        return job;
    }

    private static async Task<float[]> FirstVectorAsync(string folder)
    {
        EmbeddingJobIndex index = await EmbeddingJobIndex.OpenAsync(folder, cancellationToken: Cancellation);
        return (await index.ReadAsync(Cancellation).FirstAsync(Cancellation)).Vector.ToArray();
    }

    private static async Task<EmbeddingJobException> AssertFaultAsync(
        string folder, EmbeddingJobFault fault, string path, EmbeddingJobIndexOptions? options = null)
    {
        EmbeddingJobException error = await Assert.ThrowsAsync<EmbeddingJobException>(
            () => EmbeddingJobIndex.OpenAsync(folder, options, cancellationToken: Cancellation));
        Assert.Equal((fault, path), (error.Fault, error.Path));
        return error;
    }

    /// <summary>A job of random vectors of 8 numbers, in row groups of 16.</summary>
    private static Task WriteAsync(string folder, int shards, int rows) => DrawnJob.WriteAsync(
        folder, DrawnJob.Fingerprint(8), shards, shard =>
        {
            var random = new Random(shard);
            return Enumerable.Range(0, rows).Select(row => new DrawnRow(
                $"{shard}/{row}", [.. Enumerable.Range(0, 8).Select(_ => random.NextSingle() - 0.5f)]));
        },
        rowsPerGroup: 16);
}
