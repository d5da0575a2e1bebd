using System.Formats.Tar;
using Scott.Models.Inference;
using Scott.Models.Tests.Inference;
using Scott.Models.Tests.Zoo;

namespace Scott.Models.Tests.Documentation;

/// <summary>What <c>docs/uses/bulk.md</c> shows compiles and runs. The examples read and write the working folder, so they run alone.</summary>
[Collection(AloneTests.Name)]
public sealed class BulkDocumentTests : IDisposable
{
    private const string Page = "docs/uses/bulk.md";

    private readonly TemporaryFolder _folder = new();
    private readonly string _before = Directory.GetCurrentDirectory();

    public BulkDocumentTests() => Directory.SetCurrentDirectory(_folder.Path);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void CodeBlocks_All_StandInTheExamples()
    {
        string[] blocks = DocumentBlocks.In(Page, "csharp");
        Assert.NotEmpty(blocks);
        Assert.Equal(blocks, DocumentBlocks.ExamplesIn("BulkExamples.cs", "bulk.md"));
    }

    [Fact]
    public async Task Examples_InTheirOrder_MakeFoldersThatDuckDbReads()
    {
        byte[][] images = [DrawnImages.Draw(0).EncodePng(), DrawnImages.Draw(1).EncodePng()];
        Directory.CreateDirectory("photos");
        await File.WriteAllBytesAsync("photos/a.png", images[0], Cancellation);
        await File.WriteAllBytesAsync("photos/b.png", [1, 2, 3], Cancellation);
        EmbeddingJobResult first = await BulkExamples.RunAsync();
        Assert.Equal((2L, 1L, 1), (first.Images, first.Failed, first.ComputedShards));
        Assert.Equal(0, (await BulkExamples.RunAsync()).ComputedShards);

        string query = DocumentBlocks.In(Page, "sql").Single();
        Assert.Equal("a.png", await BulkRow.ScalarAsync(query.Replace("'vectors/", $"'{_folder.Path}/vectors/", StringComparison.Ordinal)));

        ScottModel model = await ScottModel.FromPretrainedAsync("scott-mini-112-distilled", cancellationToken: Cancellation);
        using FeatureExtractor extractor = model.ExtractFeatures().Build();
        File.Copy("photos/a.png", "cat.png");
        Assert.Equal("a.png", Assert.Single(await BulkExamples.SearchAsync(extractor)).Key);
        EmbeddingJobIndex index = await EmbeddingJobIndex.OpenAsync("vectors", cancellationToken: Cancellation);
        Assert.Equal(index.Width, await BulkExamples.ReadAsync(index));
        Directory.CreateDirectory("tars");
        await File.WriteAllBytesAsync("tars/0.tar", TarFiles.Make(TarEntryFormat.Ustar, [("a.png", images[0]), ("b.png", images[1])]), Cancellation);
        Assert.Equal(2, (await BulkExamples.RunArchivesAsync(extractor)).Images);

        await using ModelServer server = await ModelServer.StartAsync();
        server.Answer = context => ModelServer.SendAsync(context, images[1]);
        await File.WriteAllTextAsync("addresses.txt", server.Address + "b.png", Cancellation);
        Assert.Equal((1L, 0L), await BulkExamples.RunShardAsync(extractor) is var shard ? (shard.Images, shard.Failed) : default);
        BulkRow[] rows = await BulkRow.ReadAsync(Path.Combine(_folder.Path, "*vectors", "part-*.parquet"));
        string? hash = rows.First(row => row.Key.EndsWith("/b.png", StringComparison.Ordinal)).ContentSha256;
        Assert.Equal(2, rows.Count(row => row.ContentSha256 == hash));
    }

    public void Dispose()
    {
        Directory.SetCurrentDirectory(_before);
        _folder.Dispose();
    }
}
