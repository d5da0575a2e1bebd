using System.Text.Json;
using Scott.Models.Tests.Processes;
using static Scott.Models.Tests.Processes.BuiltProgram;

namespace Scott.Models.Tests.Cli;

/// <summary>The command <c>protocol</c> as a user runs it, with as little training as it allows.</summary>
public sealed class ProtocolTests(TrainingFixture files) : IClassFixture<TrainingFixture>
{
    private static readonly string[] Short =
    [
        "--architecture", "vit-mini-112", "--rows", "untrained", "scratch", "frozen", "finetuned", "--seeds", "1", "--epochs", "1",
        "--batch-size", "8", "--scratch-epochs", "1", "--finetune-epochs", "1", "--probe-epochs", "1", "--few-shot", "1",
    ];

    [Fact]
    public async Task Protocol_OfLabeledFolders_WritesTheTableAndResumes()
    {
        string folder = Splits("train", "val", "test");
        string output = files.NewPath();
        ChildResult result = await RunAsync(folder, output);
        AssertExit(0, result);
        string table = await File.ReadAllTextAsync(Path.Combine(output, "results.md"));
        Assert.Contains("| frozen, random weights | ", table, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^\| trained from scratch with labels \|( - \|)+ \d+\.\d ± 0\.0 \|$", table);
        Assert.Contains("| 1-shot kNN | 1-shot ridge |", table, StringComparison.Ordinal);
        Assert.Contains("Pre-training has seen the test images, without labels.", table, StringComparison.Ordinal);
        using (var document = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(output, "results.json"))))
        {
            JsonElement rows = document.RootElement.GetProperty("rows");
            Assert.Equal(["Untrained", "Scratch", "Frozen", "FineTuned"], rows.EnumerateArray().Select(row => row.GetProperty("row").GetString()));
            Assert.All(rows.EnumerateArray(), row => Assert.Equal("vit-mini-112", row.GetProperty("architecture").GetString()));
            string[] probes = [.. rows[2].GetProperty("top1").EnumerateArray().Select(figure => figure.GetProperty("name").GetString()!)];
            Assert.Equal(
                [
                    "kNN", "ridge", "simple", "multi-head", "cross", "simple, augmented", "multi-head, augmented", "cross, augmented",
                    "best attentive", "1-shot kNN", "1-shot ridge",
                ],
                probes);
        }

        // What is finished is not measured again: a figure that only the file can hold comes back.
        string path = Path.Combine(output, "Scratch-47.json");
        string figures = (await File.ReadAllTextAsync(path)).Replace("\"trained with labels\":", "\"trained with labels\":0.987,\"x\":");
        await File.WriteAllTextAsync(path, figures);
        ChildResult again = await RunAsync(folder, output);
        AssertExit(0, again);
        Assert.Contains("98.7", again.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Pre-training", again.Error, StringComparison.Ordinal);

        ChildResult other = await RunAsync(folder, output, "--set", "hiddenRatio=0.5");
        AssertExit(2, other);
        Assert.Contains("holds figures of other settings", other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Protocol_WithoutATestFolder_IsAUsageError()
    {
        ChildResult result = await RunAsync(Splits("train"), files.NewPath());
        AssertExit(2, result);
        Assert.Contains("does not exist", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Protocol_TwinOfAVit_IsAUsageError()
    {
        ChildResult result = await RunAsync(Splits("train", "test"), files.NewPath(), "--rows", "twin");
        AssertExit(2, result);
        Assert.Contains("'vit-mini-112' has no ViT twin", result.Error, StringComparison.Ordinal);
    }

    private static Task<ChildResult> RunAsync(string folder, string output, params string[] more) =>
        Tool.RunWithAsync(OneThread, ["protocol", folder, "--output", output, .. Short, .. more]);

    /// <summary>A folder of splits that all hold the same images.</summary>
    private string Splits(params string[] names)
    {
        string folder = files.NewFolder();
        Array.ForEach(names, name => Directory.CreateSymbolicLink(Path.Combine(folder, name), files.Images));
        return folder;
    }
}
