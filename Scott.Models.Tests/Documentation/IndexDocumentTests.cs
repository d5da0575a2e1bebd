using Scott.Models.Inference;
using Scott.Models.Metrics;
using Scott.Models.Tests.Inference;

namespace Scott.Models.Tests.Documentation;

/// <summary>What <c>docs/uses/indexes.md</c> shows compiles and runs. The examples read and write the working folder, so they run alone.</summary>
[Collection(AloneTests.Name)]
public sealed class IndexDocumentTests : IDisposable
{
    private const int Images = VectorMigration.MinimumPairs + 10;

    private readonly TemporaryFolder _folder = new();
    private readonly string _before = Directory.GetCurrentDirectory();

    public IndexDocumentTests() => Directory.SetCurrentDirectory(_folder.Path);

    [Fact]
    public void CodeBlocks_All_StandInTheExamples()
    {
        string[] blocks = DocumentBlocks.In("docs/uses/indexes.md", "csharp");
        Assert.NotEmpty(blocks);
        Assert.Equal(blocks, DocumentBlocks.ExamplesIn("IndexExamples.cs", "indexes.md"));
    }

    [Fact]
    public async Task Examples_InTheirOrder_FillSearchAndMigrate()
    {
        Directory.CreateDirectory("photos");
        for (int i = 0; i < Images; i++)
            await DrawnImages.Draw(i).SavePngAsync($"photos/{i:D3}.png", TestContext.Current.CancellationToken);

        File.Copy("photos/007.png", "cat.png");
        await IndexExamples.FillAsync();
        ScottModel model = await ScottModel.FromPretrainedAsync("scott-mini-112", cancellationToken: TestContext.Current.CancellationToken);
        using FeatureExtractor extractor = model.ExtractFeatures().Build();
        ImageEmbedding other = await extractor.ExtractAsync("photos/001.png", TestContext.Current.CancellationToken);
        string found = await IndexExamples.SearchAsync(extractor, other);
        ImageEmbedding query = await extractor.ExtractAsync("cat.png", TestContext.Current.CancellationToken);
        ImageEmbedding same = await extractor.ExtractAsync(found, TestContext.Current.CancellationToken);
        Assert.Equal(1, Similarity.Cosine(query.Vector.Span, same.Vector.Span), 1e-4f);
        File.Delete("photos/000.png");
        await DrawnImages.Draw(Images).SavePngAsync($"photos/{Images:D3}.png", TestContext.Current.CancellationToken);
        EmbeddingIndex updated = await IndexExamples.UpdateAsync(extractor);
        Assert.Equal(Directory.GetFiles("photos").Order(StringComparer.Ordinal), updated.Keys.Order(StringComparer.Ordinal));
        (VectorMigration migration, IReadOnlyList<SearchHit> hits) = await IndexExamples.MigrateAsync();
        Assert.Equal(Images, migration.Pairs);
        Assert.Equal(5, hits.Count);
        EmbeddingIndex mapped = await EmbeddingIndex.LoadAsync("photos.mapped.index", cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(migration.Fingerprint, mapped.Fingerprint);
    }

    public void Dispose()
    {
        Directory.SetCurrentDirectory(_before);
        _folder.Dispose();
    }
}
