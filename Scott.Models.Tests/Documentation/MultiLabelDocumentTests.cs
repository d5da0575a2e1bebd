using Scott.Models.Inference;
using Scott.Models.Metrics;
using Scott.Models.Tests.Inference;

namespace Scott.Models.Tests.Documentation;

/// <summary>What <c>docs/uses/multi-label.md</c> shows compiles and runs. The examples read and write the working folder, so they run
/// alone.</summary>
[Collection(AloneTests.Name)]
public sealed class MultiLabelDocumentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _before = Directory.GetCurrentDirectory();

    public MultiLabelDocumentTests() => Directory.SetCurrentDirectory(_folder.Path);

    [Fact]
    public void CodeBlocks_All_StandInTheExamples()
    {
        string[] blocks = DocumentBlocks.In("docs/uses/multi-label.md", "csharp");
        Assert.NotEmpty(blocks);
        string[] examples = DocumentBlocks.ExamplesIn("MultiLabelExamples.cs", "multi-label.md");
        Assert.Equal(blocks.Order(StringComparer.Ordinal), examples.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Examples_OnATinyModel_Run()
    {
        Directory.CreateDirectory("photos");
        await DrawnImages.Draw(1).SavePngAsync("photos/market.png", TestContext.Current.CancellationToken);
        List<string> lines = ["path,labels"];
        for (int i = 0; i < 12; i++)
        {
            await DrawnImages.Draw(i).SavePngAsync($"{i}.png", TestContext.Current.CancellationToken);
            lines.Add($"{i}.png,{(i % 2 == 0 ? "cat" : "dog")}{(i % 3 == 0 ? "|bird" : string.Empty)}");
        }

        await File.WriteAllLinesAsync("labels.csv", lines, TestContext.Current.CancellationToken);
        await File.WriteAllLinesAsync("test.csv", lines, TestContext.Current.CancellationToken);
        ScottClassifier trained = await MultiLabelExamples.TrainAsync(ScottModel.Create(Architectures.Tiny, seed: 5));
        (ImagePrediction prediction, MultiLabelMetrics metrics) = await MultiLabelExamples.UseAsync();
        Assert.Equal(["bird", "cat", "dog"], trained.ClassNames);
        Assert.All(prediction.Labels, label => Assert.True(label.Probability >= trained.Thresholds![label.Label]));
        Assert.Equal(12, metrics.Images);
        Assert.True(File.Exists("figures/labels.csv"));
    }

    public void Dispose()
    {
        Directory.SetCurrentDirectory(_before);
        _folder.Dispose();
    }
}
