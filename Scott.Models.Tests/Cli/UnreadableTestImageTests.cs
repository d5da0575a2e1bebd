using System.Text.Json;
using Scott.Models.Tests.Processes;
using static Scott.Models.Tests.Processes.BuiltProgram;

namespace Scott.Models.Tests.Cli;

/// <summary>Test images that cannot be read, in commands that train classifiers: each is named and counted, and the exit code says so.</summary>
public sealed class UnreadableTestImageTests(TrainingFixture files) : IClassFixture<TrainingFixture>
{
    private const string Broken = "broken.png";

    [Fact]
    public async Task FineTune_UnreadableTestImage_IsNamedAndCounted()
    {
        ChildResult result = await RunAsync("finetune", files.Images, "--test", await SaveTestAsync(), "--json");
        AssertNamedOnce(result);
        using var document = JsonDocument.Parse(result.Output);
        AssertCounted(document.RootElement.GetProperty("test"));
    }

    [Fact]
    public async Task FineTune_UnreadableTestImageOfSeveralLabels_IsNamedAndCounted()
    {
        string Line(string file, int i) => $"{file},{(i % 2 == 0 ? "even" : "odd")}";
        string broken = Path.Combine(files.NewFolder(), Broken);
        await File.WriteAllTextAsync(broken, "no image");
        (string labeled, string test) = (await files.WriteListAsync("path,labels", Line), await files.WriteListAsync("path,labels", Line));
        await File.AppendAllLinesAsync(test, [Line(broken, 0)]);
        ChildResult result = await RunAsync("finetune", labeled, "--multi-label", "--test", test, "--json");
        AssertNamedOnce(result);
        using var document = JsonDocument.Parse(result.Output);
        AssertCounted(document.RootElement.GetProperty("test"));
    }

    /// <summary>It was found only when the training was finished.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_UnreadableTestImageThatMustNotBe_FailsBeforeItTrains(bool compares)
    {
        (string test, string output) = (await SaveTestAsync(), files.NewPath());
        string[] command = compares ? ["compare", files.Images, test] : ["finetune", files.Images, "--test", test];
        ChildResult result = await Tool.RunAsync([.. command, "--output", output, "--model", files.Model, "--fail-on-unreadable"]);
        AssertExit(1, result);
        Assert.Contains("error: --fail-on-unreadable ends the run: ", result.Error, StringComparison.Ordinal);
        Assert.Contains(Broken, result.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(output));
    }

    [Fact]
    public async Task Compare_UnreadableTestImage_IsNamedOnceAndCountedInEachRun()
    {
        ChildResult result = await RunAsync("compare", files.Images, await SaveTestAsync(), "--json");
        AssertNamedOnce(result);
        Assert.Contains("Left out 1 test image that could not be read.", result.Error, StringComparison.Ordinal);
        using var document = JsonDocument.Parse(result.Output);
        FineTuneTests.AssertIsComparison(isInterrupted: false, document.RootElement);
        JsonElement[] runs = [.. document.RootElement.GetProperty("runs").EnumerateArray()];
        Assert.Equal(3, runs.Length);
        Assert.All(runs, run => AssertCounted(run.GetProperty("test")));
    }

    private static void AssertNamedOnce(ChildResult result)
    {
        AssertExit(3, result);
        Assert.Single(result.Error.Split('\n'), line => line.Contains(Broken, StringComparison.Ordinal));
    }

    private static void AssertCounted(JsonElement test)
    {
        Assert.Equal((12, 1), (test.GetProperty("images").GetInt32(), test.GetProperty("unreadableImages").GetInt32()));
        JsonElement skipped = Assert.Single(test.GetProperty("skipped").GetProperty("images").EnumerateArray());
        Assert.EndsWith(Broken, skipped.GetProperty("path").GetString(), StringComparison.Ordinal);
    }

    private Task<ChildResult> RunAsync(params string[] arguments) => Tool.RunWithAsync(
        OneThread, [.. arguments, "--output", files.NewPath(), "--model", files.Model, "--batch-size", "4", "--epochs", "1"]);

    /// <summary>A folder of all images, and one that cannot be read.</summary>
    private async Task<string> SaveTestAsync()
    {
        string folder = files.NewFolder();
        foreach (string image in files.ImageFiles)
        {
            string name = Path.Combine(folder, Path.GetRelativePath(files.Images, image));
            Directory.CreateDirectory(Path.GetDirectoryName(name)!);
            File.CreateSymbolicLink(name, image);
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "odd", Broken), "no image");
        return folder;
    }
}
