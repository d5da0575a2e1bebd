using Scott.Models.Inference;
using Scott.Models.Metrics;
using Scott.Models.Tests.Inference;

namespace Scott.Models.Tests.Documentation;

/// <summary>What <c>docs/uses/classes.md</c> shows compiles and runs. The examples read and write the working folder, so they run alone.</summary>
[Collection(AloneTests.Name)]
public sealed class ClassesDocumentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _before = Directory.GetCurrentDirectory();

    public ClassesDocumentTests() => Directory.SetCurrentDirectory(_folder.Path);

    [Fact]
    public void CodeBlocks_All_StandInTheExamples() => Assert.Equal(
        DocumentBlocks.In("docs/uses/classes.md", "csharp"), DocumentBlocks.ExamplesIn("ClassesExamples.cs", "classes.md"));

    [Fact]
    public async Task Examples_InTheirOrder_LearnChangeAndCalibrate()
    {
        string[] files =
        [
            "screws/2.jpg", "screws/4.jpg", "screws/7.jpg", "nuts/1.jpg", "nuts/3.jpg", "held-out/screw/6.jpg", "held-out/hex nut/5.jpg",
        ];
        foreach (string file in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await DrawnImages.Draw(file[^5] - '0').SavePngAsync(file);
        }

        await DrawnImages.Draw(3).SavePngAsync("photo.jpg");
        Assert.Equal("nut", (await ClassesExamples.LearnAsync()).ClassName);
        ScottModel model = await ScottModel.FromPretrainedAsync("scott-mini-112-distilled", cancellationToken: TestContext.Current.CancellationToken);
        using FeatureExtractor extractor = model.ExtractFeatures().Build();
        PrototypeClassifier classes = await ClassesExamples.ChangeAsync(extractor);
        Assert.Equal(["nuts/1.jpg", "nuts/3.jpg", "screws/4.jpg"], classes.Examples.Select(example => example.Name));
        Assert.Equal(["hex nut", "screw"], classes.ClassNames);
        Assert.Equal(2, (await ClassesExamples.CalibrateAsync(classes, extractor)).Count); // 2 held-out images cannot tell 90 %
        Assert.Equal(2, classes.HeldOut.Count);
    }

    public void Dispose()
    {
        Directory.SetCurrentDirectory(_before);
        _folder.Dispose();
    }
}
