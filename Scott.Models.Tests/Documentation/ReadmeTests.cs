using System.Globalization;
using Scott.Models.Tests.Inference;
using Scott.Models.Tests.Parity;
using Scott.Models.Tests.Zoo;
using Scott.Models.Weights;
using Scott.Models.Zoo;

namespace Scott.Models.Tests.Documentation;

/// <summary>The code of the README and the guide runs, and what they say about the code is true.</summary>
/// <remarks>The examples write into the working folder, so they run alone.</remarks>
[Collection(AloneTests.Name)]
public sealed class ReadmeTests
{
    private static readonly string Guide = DocumentBlocks.Read("docs/guide.md");

    [Theory]
    [InlineData("README.md", "README")]
    [InlineData("docs/guide.md", "guide.md")]
    public void CodeBlocks_All_StandInTheExamples(string document, string marker)
    {
        string[] blocks = DocumentBlocks.In(document, "csharp");
        Assert.NotEmpty(blocks);
        Assert.Equal(blocks.Order(StringComparer.Ordinal), DocumentBlocks.ExamplesIn("ReadmeExamples.cs", marker).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Examples_Run()
    {
        using var folder = new TemporaryFolder();
        string before = Directory.GetCurrentDirectory();
        Directory.SetCurrentDirectory(folder.Path);
        try
        {
            Directory.CreateDirectory("photos");
            await DrawnImages.Draw(1).SavePngAsync("photos/cat.jpg");
            await DrawnImages.Draw(2).SavePngAsync("photos/dog.png");
            await File.WriteAllTextAsync("photos/notes.txt", "no image");
            await SaveLabeledAsync("labeled/train", perClass: 6);
            await SaveLabeledAsync("labeled/test", perClass: 2);
            await ReadmeExamples.RunAsync();
            await LearnFromOthersAsync();

            // A stand-in for weights of that size: it is the first bytes, not the name, that say which format a file has.
            ScottModel standIn = ScottModel.Create("scott-12-16-224", seed: 1);
            await SafetensorsFile.WriteAsync("context-encoder_checkpoint.pth", standIn.Weights);
            await ReadmeExamples.ImportAsync();
        }
        finally
        {
            Directory.SetCurrentDirectory(before);
        }
    }

    [Fact]
    public void ArchitectureTable_EveryRow_IsTheCodes()
    {
        Assert.All(ScottArchitectures.Names, name =>
        {
            ScottArchitecture architecture = ScottArchitectures.Get(name);
            long count = BackboneLayout.Backbone(architecture).Where(spec => spec.IsTrained).Sum(spec => (long)spec.ElementCount);
            string parameters = count.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', ' ');
            string tokenizer = architecture.Tokenizer == TokenizerKind.Scott ? "SCOTT" : "ViT";
            string sizes = $"{architecture.ImagePixels} | {architecture.EmbeddingWidth} | {architecture.Depth} | {architecture.Heads}";
            string row = $"| `{name}` | {tokenizer} | {sizes} | {parameters} |";
            Assert.Contains(row, Guide, StringComparison.Ordinal);
        });
    }

    /// <summary>Runs the examples that ask the hub against a server on this machine that has a tiny model in its place.</summary>
    private static async Task LearnFromOthersAsync()
    {
        await using HubServer hub = await HubServer.StartAsync();
        hub.Add("facebook/dinov2-small", Path.Combine(ParityCases.OwnFolder, "vit", "dinov2-tiny", "transformers"));
        (string Name, string Value)[] environment =
            [(ZooOptions.HubEndpointVariable, hub.Endpoint), (ZooOptions.CacheVariable, Path.GetFullPath("cache"))];
        string?[] before = [.. environment.Select(entry => Environment.GetEnvironmentVariable(entry.Name))];
        foreach ((string name, string value) in environment)
            Environment.SetEnvironmentVariable(name, value);

        try
        {
            await ReadmeExamples.LearnFromOthersAsync(await ScottModel.FromPretrainedAsync("scott-mini-112"));
        }
        finally
        {
            foreach (((string name, _), string? value) in environment.Zip(before))
                Environment.SetEnvironmentVariable(name, value);
        }
    }

    private static async Task SaveLabeledAsync(string folder, int perClass)
    {
        foreach (string name in new[] { "cat", "dog" })
        {
            Directory.CreateDirectory($"{folder}/{name}");
            for (int i = 0; i < perClass; i++)
                await DrawnImages.Draw(name == "cat" ? i : perClass + i).SavePngAsync($"{folder}/{name}/{i}.png");
        }
    }
}
