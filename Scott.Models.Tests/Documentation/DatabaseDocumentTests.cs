using Npgsql;
using Qdrant.Client.Grpc;
using Scott.Models.Benchmarks;
using Scott.Models.Benchmarks.Cluster;
using Scott.Models.Inference;
using Scott.Models.Metrics;

namespace Scott.Models.Tests.Documentation;

/// <summary>What <c>docs/uses/databases.md</c> shows compiles. The code for pgvector runs against a server if there is one on this machine, the code
/// for Qdrant only against <see cref="QdrantStandIn"/>. The examples read the working folder, so they run alone.</summary>
[Collection(AloneTests.Name)]
public sealed class DatabaseDocumentTests : IDisposable
{
    private const int Width = 24;
    private const int Shards = 3;
    private const int Rows = 900;
    private const int Failed = Shards * (Rows / 10);

    /// <summary>One image stands in the job twice.</summary>
    private const int Different = (Shards * Rows) - Failed - 1;

    private readonly TemporaryFolder _folder = new();
    private readonly string _before = Directory.GetCurrentDirectory();

    public DatabaseDocumentTests() => Directory.SetCurrentDirectory(_folder.Path);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void CodeBlocks_All_StandInTheExamples()
    {
        string[] blocks = DocumentBlocks.In("docs/uses/databases.md", "csharp");
        Assert.NotEmpty(blocks);
        string[] files = ["PgvectorExamples.cs", "QdrantExamples.cs"];
        Assert.Equal(blocks, files.SelectMany(file => DocumentBlocks.ExamplesIn(file, "databases.md")));
    }

    [Fact]
    public async Task Postgres_LoadedTwice_HoldsEachVectorOnceAndFindsTheSame()
    {
        await using PostgresServer server = await Postgres.StartAsync();
        Assert.SkipUnless(
            await server.ScalarAsync("SELECT 1 FROM pg_available_extensions WHERE name = 'vector'") is 1,
            "This PostgreSQL has no pgvector: the code that loads it was compiled, but NOT RUN.");
        await WriteAsync(DrawnJob.Fingerprint(Width));
        await PgvectorExamples.LoadAsync(server.ConnectionString);
        await server.ScalarAsync("DELETE FROM images WHERE key LIKE 'photos/album/0000001%'");
        await PgvectorExamples.LoadAsync(server.ConnectionString);
        Assert.Equal((long)Different, await server.ScalarAsync("SELECT count(*) FROM images"));

        EmbeddingJobIndex job = await EmbeddingJobIndex.OpenAsync("vectors", cancellationToken: Cancellation);
        EmbeddingJobRow row = (await job.ReadAsync(Cancellation).ToListAsync(Cancellation))[^1];
        var query = new ImageEmbedding(0, row.Key, row.Vector.ToArray());
        IReadOnlyList<SearchHit> expected = await job.SearchAsync(query, 5, cancellationToken: Cancellation);
        var builder = new NpgsqlDataSourceBuilder(server.ConnectionString);
        builder.UseVector();
        await using NpgsqlDataSource source = builder.Build();
        await using NpgsqlConnection connection = await source.OpenConnectionAsync(Cancellation);
        await using (var exact = new NpgsqlCommand("SET enable_indexscan = off", connection))
            await exact.ExecuteNonQueryAsync(Cancellation);

        List<(string Key, double Score)> found = await PgvectorExamples.SearchAsync(connection, query);
        Assert.Equal(expected.Select(hit => hit.Key), found.Select(hit => hit.Key));
        Assert.All(expected.Zip(found), pair => Assert.Equal(pair.First.Score, pair.Second.Score, 1e-5));
        await AssertOtherModelIsRefusedAsync(() => PgvectorExamples.LoadAsync(server.ConnectionString));
        Assert.Equal((long)Different, await server.ScalarAsync("SELECT count(*) FROM images"));
    }

    [Fact]
    public async Task Qdrant_LoadedTwice_IsSentEachVectorUnderTheSameId()
    {
        await using QdrantStandIn server = await QdrantStandIn.StartAsync();
        await WriteAsync(DrawnJob.Fingerprint(Width));
        await QdrantExamples.LoadAsync(server.Address);
        Assert.Equal((Different, 3), (server.Points.Count, server.Batches));
        await QdrantExamples.LoadAsync(server.Address);
        Assert.Equal((Different, 6), (server.Points.Count, server.Batches));
        VectorParams parameters = server.Collection!.VectorsConfig.Params;
        Assert.Equal(("images", (ulong)Width, Distance.Cosine), (server.Collection.CollectionName, parameters.Size, parameters.Distance));

        EmbeddingJobIndex job = await EmbeddingJobIndex.OpenAsync("vectors", cancellationToken: Cancellation);
        EmbeddingJobRow[] rows = await job.ReadAsync(Cancellation).Where(row => row.IsSuccess).ToArrayAsync(Cancellation);
        ILookup<string, float[]> expected = rows.ToLookup(row => row.Key, row => row.Vector.ToArray());
        Assert.All(server.Points.Values, point => Assert.Contains(VectorOf(point), expected[point.Payload["key"].StringValue]));
        await AssertOtherModelIsRefusedAsync(() => QdrantExamples.LoadAsync(server.Address));
        Assert.Equal(6, server.Batches);
    }

    public void Dispose()
    {
        Directory.SetCurrentDirectory(_before);
        _folder.Dispose();
    }

    private static float[] VectorOf(PointStruct point) => [.. point.Vectors.Vector.Dense.Data];

    private static async Task AssertOtherModelIsRefusedAsync(Func<Task> load)
    {
        await WriteAsync(DrawnJob.Fingerprint(Width) with { ModelSha256 = new string('c', 64) });
        await Assert.ThrowsAsync<FingerprintMismatchException>(load);
    }

    /// <summary>A job in which each tenth image has an error.</summary>
    private static Task WriteAsync(VectorFingerprint fingerprint)
    {
        Directory.CreateDirectory("vectors");
        return DrawnJob.WriteAsync("vectors", fingerprint, Shards, shard =>
        {
            var random = new Random(shard);
            return Enumerable.Range(0, Rows).Select(row => new DrawnRow(
                DrawnJob.Key(shard == 1 && row == 1 ? 0 : (shard * Rows) + row),
                row % 10 == 5 ? null : [.. Enumerable.Range(0, Width).Select(_ => random.NextSingle() - 0.5f)]));
        });
    }
}
