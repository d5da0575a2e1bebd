using System.Security.Cryptography;
using Scott.Models.Inference;

namespace Scott.Models.Tests.Inference;

/// <summary>The files of a job as DuckDB reads them.</summary>
public sealed class EmbeddingJobOutputTests(BulkFixture files) : IClassFixture<BulkFixture>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rows_OfAllShards_AreTheVectorsAndErrorsOfTheExtractorInOrder()
    {
        string folder = files.NewFolder();
        string[] keys = [.. Enumerable.Range(0, BulkFixture.Images).Select(BulkFixture.Key), "missing.png", "", BulkFixture.Key(0)];
        EmbeddingJob job = await EmbeddingJob.PlanAsync(
            folder, files.Two, files.Inputs(keys), new EmbeddingJobOptions { ShardSize = 7 }, Cancellation);
        await job.RunAsync(cancellationToken: Cancellation);
        BulkRow[] rows = await BulkRow.ReadAsync(Path.Combine(folder, "part-*.parquet"));
        Assert.Equal(keys, rows.Select(row => row.Key));
        int at = 0;
        await foreach (ImageEmbedding embedding in files.One.EmbedFilesAsync(
            keys[..BulkFixture.Images].Select(key => Path.Combine(files.ImageFolder, key)), cancellationToken: Cancellation))
        {
            BulkRow row = rows[at++];
            Assert.Equal(embedding.IsSuccess, row.Error is null);
            Assert.Equal(embedding.IsSuccess ? embedding.Vector.ToArray() : null, row.Embedding);
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(embedding.Name, Cancellation))), row.ContentSha256);
        }

        Assert.Contains(BulkFixture.Key(BulkFixture.Broken), rows[BulkFixture.Broken].Error, StringComparison.Ordinal);
        Assert.Equal(new BulkRow("missing.png", null, "The file 'missing.png' does not exist.", null), rows[30]);
        Assert.Equal(new BulkRow("", null, "'' is not a legal path.", null), rows[31]);
        Assert.Equal(rows[0].Embedding, rows[32].Embedding);
    }

    [Fact]
    public async Task Files_InDuckDb_HaveCountsWidthsAndTheFingerprint()
    {
        string folder = files.NewFolder();
        EmbeddingJob job = await files.PlanAsync(folder, 8);
        await job.RunAsync(cancellationToken: Cancellation);
        string all = $"read_parquet('{folder}/part-*.parquet')";
        Assert.Equal(30L, await BulkRow.ScalarAsync($"SELECT count(*) FROM {all}"));
        Assert.Equal(29L, await BulkRow.ScalarAsync($"SELECT count(*) FROM {all} WHERE len(embedding) = {BulkFixture.Width}"));
        Assert.Equal(1L, await BulkRow.ScalarAsync($"SELECT count(*) FROM {all} WHERE embedding IS NULL AND error IS NOT NULL"));
        Assert.Equal(
            29L, await BulkRow.ScalarAsync($"SELECT count(embedding::FLOAT[{BulkFixture.Width}]) FROM {all}"));
        Assert.Equal(
            files.One.Fingerprint.ToJson(),
            await BulkRow.ScalarAsync($"SELECT decode(value) FROM parquet_kv_metadata('{job.PathOf(0)}') WHERE decode(key) = 'scott.fingerprint'"));
        Assert.Equal(
            30L,
            await BulkRow.ScalarAsync(
                $"SELECT count(*) FROM {all} JOIN (SELECT parse_filename(filename) AS name, sha256(content) AS hash FROM "
                    + $"read_blob('{files.ImageFolder}/*.png')) ON key = name AND content_sha256 = hash"));
    }

    [Fact]
    public async Task Rows_OfMoreThanOneRowGroup_AreAllThere()
    {
        string folder = files.NewFolder();
        const int Count = 70_000; // 65 536 rows make a group.
        EmbeddingJob job = await EmbeddingJob.PlanAsync(
            folder, files.Two, files.Inputs(Enumerable.Range(0, Count).Select(i => i % 10_000 == 9_999 ? BulkFixture.Key(1) : $"none{i}.png")),
            new EmbeddingJobOptions { ShardSize = Count }, Cancellation);
        EmbeddingJobResult result = await job.RunAsync(cancellationToken: Cancellation);
        Assert.Equal((70_000L, 69_993L), (result.Images, result.Failed));
        BulkRow[] rows = await BulkRow.ReadAsync(job.PathOf(0));
        float[] expected = await files.One.EmbedAsync(Path.Combine(files.ImageFolder, BulkFixture.Key(1)), Cancellation);
        Assert.Equal(Count, rows.Length);
        for (int i = 0; i < Count; i++)
        {
            bool isImage = i % 10_000 == 9_999;
            Assert.Equal((isImage ? BulkFixture.Key(1) : $"none{i}.png", isImage), (rows[i].Key, rows[i].Error is null));
            Assert.Equal(isImage ? expected : null, rows[i].Embedding);
        }
    }
}
