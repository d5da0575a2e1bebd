using Scott.Models.Inference;
using Scott.Models.Metrics;
using Scott.Models.Tests.Inference;

namespace Scott.Models.Tests.Documentation;

/// <summary>What <c>docs/uses/near-duplicates.md</c> shows compiles and runs. The examples read the working folder, so they run alone.</summary>
[Collection(AloneTests.Name)]
public sealed class DuplicateDocumentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _before = Directory.GetCurrentDirectory();

    public DuplicateDocumentTests() => Directory.SetCurrentDirectory(_folder.Path);

    [Fact]
    public void CodeBlocks_All_StandInTheExamples()
    {
        string[] blocks = DocumentBlocks.In("docs/uses/near-duplicates.md", "csharp");
        Assert.NotEmpty(blocks);
        Assert.Equal(blocks, DocumentBlocks.ExamplesIn("DuplicateExamples.cs", "near-duplicates.md"));
    }

    [Fact]
    public async Task Examples_WithDrawnImages_FindACopyAndChooseAThreshold()
    {
        ScottModel model = await ScottModel.FromPretrainedAsync(ScottModels.DefaultId, cancellationToken: TestContext.Current.CancellationToken);
        Directory.CreateDirectory("photos");
        foreach ((int index, int drawn) in new[] { 1, 2, 1, 4 }.Index())
            await DrawnImages.Draw(drawn, 360 + (index / 2 * 4), 280 + (index / 2 * 3)).SavePngAsync($"photos/{index}.jpg");

        NearDuplicateGroup group = Assert.Single(await DuplicateExamples.FindAsync(model));
        Assert.Single(group.Members);
        using FeatureExtractor extractor = model.ExtractFeatures().Build();
        List<ImageEmbedding> different = [];
        await foreach (ImageEmbedding image in extractor.EmbedBatchAsync(DrawnImages.Endless().Take(50)))
            different.Add(image);

        DuplicateThreshold chosen = DuplicateExamples.Choose(different);
        Assert.Equal((0, 1225), (chosen.FalseMatches, chosen.Pairs));
        (OutlierReport report, IReadOnlyList<WrongLabel> wrong) = DuplicateExamples.FindOutliers(
            different.ToEmbeddingIndex(), [.. Enumerable.Range(0, 50).Select(i => (int?)(i % 7))]);
        Assert.Equal(50, report.Scores.Count);
        Assert.All(wrong, each => Assert.NotEqual(each.Label, each.SuggestedLabel));
    }

    public void Dispose()
    {
        Directory.SetCurrentDirectory(_before);
        _folder.Dispose();
    }
}
