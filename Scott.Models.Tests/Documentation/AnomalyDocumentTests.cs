using Scott.Models.Benchmarks.Anomalies;
using Scott.Models.Foundation;
using Scott.Models.Imaging;

namespace Scott.Models.Tests.Documentation;

/// <summary>What <c>docs/uses/anomalies.md</c> shows compiles and runs. The examples read and write the working folder, so they run alone.</summary>
[Collection(AloneTests.Name)]
public sealed class AnomalyDocumentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _before = Directory.GetCurrentDirectory();

    public AnomalyDocumentTests() => Directory.SetCurrentDirectory(_folder.Path);

    [Fact]
    public void CodeBlocks_All_StandInTheExamples()
    {
        string[] blocks = DocumentBlocks.In("docs/uses/anomalies.md", "csharp");
        Assert.NotEmpty(blocks);
        string[] examples = DocumentBlocks.ExamplesIn("AnomalyExamples.cs", "anomalies.md");
        Assert.Equal(blocks.Order(StringComparer.Ordinal), examples.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Examples_OnDrawnImages_FindTheDefect()
    {
        Directory.CreateDirectory("normal");
        for (int i = 0; i < 10; i++)
            await DrawnSurfaces.Draw("weave", new DeterministicRandom((ulong)i, "document")).SavePngAsync($"normal/{i}.png");

        RgbImage sound = DrawnSurfaces.Draw("weave", new DeterministicRandom(10, "document"));
        await DrawnDefects.Add(sound, "hole", new DeterministicRandom(1, "document")).Image.SavePngAsync("part.png");
        Assert.Equal(1.0 / 11, await AnomalyExamples.LearnAsync(), 12);
        ScottModel model = await ScottModel.FromPretrainedAsync(ScottModels.DefaultId, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(await AnomalyExamples.ScoreAsync(model));
        Assert.True(File.Exists("where.png"));
        AnomalyTrainingException error = await Assert.ThrowsAsync<AnomalyTrainingException>(() => AnomalyExamples.LearnStrictlyAsync(model));
        Assert.Equal(19, error.RequiredImages);
    }

    public void Dispose()
    {
        Directory.SetCurrentDirectory(_before);
        _folder.Dispose();
    }
}
