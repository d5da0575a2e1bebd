using System.Text.Json;
using Scott.Models.Cli;
using Scott.Models.Tests.Processes;
using static Scott.Models.Tests.Processes.BuiltProgram;

namespace Scott.Models.Tests.Cli;

/// <summary>The command <c>classes</c> as a user runs it.</summary>
public sealed class ClassesTests(CliFixture files) : IClassFixture<CliFixture>
{
    [Fact]
    public async Task Classes_AddedRenamedAndRemoved_AreNamedByClassify()
    {
        string file = files.NewFile("classes.safetensors");
        AssertExit(0, await Tool.RunAsync("classes", "add", file, "a", files.GoodImages[0], files.GoodImages[1], "--model", files.Model));
        AssertExit(3, await Tool.RunAsync("classes", "add", file, "b", files.GoodImages[2], Path.Combine(files.Mixed, "broken.jpg")));
        AssertExit(0, await Tool.RunAsync("classes", "rename", file, "b", "new b"));
        JsonElement list = await ReadAsync("classes", "list", file);
        Assert.Equal(files.Model, list.GetProperty("model").GetString());
        Assert.Equal(["a", "new b"], list.GetProperty("classes").EnumerateArray().Select(each => each.GetProperty("name").GetString()));
        Assert.Equal("PatchMean", list.GetProperty("fingerprint").GetProperty("output").GetString());
        JsonElement found = await ReadAsync("classes", "classify", file, files.GoodImages[2], "--coverage", "0.9", "--top", "2");
        JsonElement image = Assert.Single(found.GetProperty("images").EnumerateArray());
        Assert.Equal("new b", image.GetProperty("className").GetString());
        Assert.False(image.GetProperty("isUnknown").GetBoolean());
        Assert.Equal(2, image.GetProperty("set").GetArrayLength());
        Assert.Equal(1, image.GetProperty("classes").EnumerateArray().Sum(each => each.GetProperty("probability").GetDouble()), 4);
        AssertExit(0, await Tool.RunAsync("classes", "remove", file, "a", files.GoodImages[0]));
        AssertExit(0, await Tool.RunAsync("classes", "remove", file, "new b"));
        list = await ReadAsync("classes", "list", file);
        JsonElement left = Assert.Single(list.GetProperty("classes").EnumerateArray());
        Assert.Equal([files.GoodImages[1]], left.GetProperty("examples").EnumerateArray().Select(each => each.GetString()));
    }

    [Fact]
    public async Task Classes_Calibrated_FindAnUnknownImage()
    {
        string file = files.NewFile("classes.safetensors");
        string heldOut = Path.Combine(files.NewFolder(), "held-out");
        string near = Path.Combine(heldOut, "a", "near.png");
        Directory.CreateDirectory(Path.GetDirectoryName(near)!);
        await TestFiles.WriteImageAsync(near, seed: 1);
        AssertExit(0, await Tool.RunAsync("classes", "add", file, "a", files.GoodImages[1], "--model", files.Model));
        AssertExit(0, await Tool.RunAsync("classes", "calibrate", file, heldOut));
        JsonElement found = await ReadAsync("classes", "classify", file, files.GoodImages[1], files.GoodImages[2], "--unknown-rate", "0.6");
        Assert.Equal(
            ["a", null], found.GetProperty("images").EnumerateArray().Select(image => image.GetProperty("className").GetString()));
        ChildResult table = await Tool.RunAsync("classes", "classify", file, files.GoodImages[2], "--unknown-rate", "0.6");
        AssertExit(0, table);
        Assert.Contains("unknown", table.Output, StringComparison.Ordinal);
        string output = files.NewFile("classes.csv");
        AssertExit(0, await Tool.RunAsync(
            "classes", "classify", file, files.GoodImages[1], files.GoodImages[2], "--unknown-rate", "0.6", "-o", output));
        string[] lines = await File.ReadAllLinesAsync(output, TestContext.Current.CancellationToken);
        Assert.Equal("path,unknown,class,probability,typicality", lines[0]);
        Assert.StartsWith($"{files.GoodImages[1]},false,a,", lines[1], StringComparison.Ordinal);
        Assert.StartsWith($"{files.GoodImages[2]},true,", lines[2], StringComparison.Ordinal);
        Assert.Equal(3, lines.Length);
        ChildResult result = await Tool.RunAsync("classes", "add", file, "a", files.GoodImages[2], "--model", "untrained:vit-mini-112");
        AssertExit(1, result);
        Assert.Contains("not comparable", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Classes_AddedByTwoProcessesAtOnce_AreBothThere()
    {
        string file = files.NewFile("classes.safetensors");
        ChildResult[] results = await Task.WhenAll(
            files.GoodImages.Select((image, i) => Tool.RunAsync("classes", "add", file, $"class {i}", image, "--model", files.Model)));
        Assert.All(results, result => AssertExit(0, result));
        JsonElement list = await ReadAsync("classes", "list", file);
        Assert.Equal(
            ["class 0", "class 1", "class 2"], list.GetProperty("classes").EnumerateArray().Select(each => each.GetProperty("name").GetString()));
    }

    [Theory]
    [InlineData("classes", "list", "no-such-file.safetensors")]
    [InlineData("classes", "remove", "no-such-file.safetensors", "a")]
    [InlineData("classes", "add", "no-such-folder/x.safetensors", "a", "IMAGE")]
    [InlineData("classes", "classify", "no-such-file.safetensors", "IMAGE", "--coverage", "90")]
    [InlineData("classes", "calibrate", "no-such-file.safetensors", "no-such-folder")]
    public async Task Classes_WithImpossibleArguments_IsAUsageErrorOfOneLine(params string[] arguments)
    {
        ChildResult result = await Tool.RunAsync([.. arguments.Select(each => each == "IMAGE" ? files.GoodImages[0] : each)]);
        AssertExit(2, result);
        Assert.StartsWith("error: ", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Classes_NamedWrongly_AreListedInTheError()
    {
        string file = files.NewFile("classes.safetensors");
        AssertExit(0, await Tool.RunAsync("classes", "add", file, "a", files.GoodImages[0], "--model", files.Model));
        AssertExit(0, await Tool.RunAsync("classes", "add", file, "b", files.GoodImages[1]));
        ChildResult result = await Tool.RunAsync("classes", "remove", file, "c");
        AssertExit(2, result);
        Assert.Contains("'a', 'b'", result.Error, StringComparison.Ordinal);
        AssertExit(2, await Tool.RunAsync("classes", "rename", file, "c", "d"));
        AssertExit(2, await Tool.RunAsync("classes", "rename", file, "a", "b"));
        AssertExit(2, await Tool.RunAsync("classes", "remove", file, "a", "no-such-image.png"));
    }

    [Fact]
    public async Task Classes_WithAnImageThatIsNamedTwice_CountItOnce()
    {
        string file = files.NewFile("classes.safetensors");
        AssertExit(0, await Tool.RunAsync("classes", "add", file, "a", files.GoodImages[0], files.GoodImages[1], "--model", files.Model));
        JsonElement result = await ReadAsync("classes", "remove", file, "a", files.GoodImages[0], files.GoodImages[0]);
        Assert.Equal(1, result.GetProperty("removed").GetInt32());
        JsonElement left = Assert.Single((await ReadAsync("classes", "list", file)).GetProperty("classes").EnumerateArray());
        Assert.Equal(1, left.GetProperty("examples").GetArrayLength());
    }

    [Fact]
    public async Task Classes_WhoseFileIsDeletedMeanwhile_AreNotChanged()
    {
        string file = files.NewFile("classes.safetensors");
        AssertExit(0, await Tool.RunAsync("classes", "add", file, "a", files.GoodImages[0], "--model", files.Model));
        Task<ChildResult[]> changes;
        await using (FileStream held = await ClassesLock.AcquireAsync(file, default))
        {
            changes = Task.WhenAll(
                Tool.RunAsync("classes", "remove", file, "a"), Tool.RunAsync("classes", "rename", file, "a", "b"));

            // Both have read the file by then, and wait for the lock. If they are later, they say that the file does not exist.
            await Task.Delay(TimeSpan.FromSeconds(2));
            File.Delete(file);
        }

        foreach (ChildResult result in await changes)
        {
            AssertExit(2, result);
            Assert.StartsWith($"error: The file '{file}' ", result.Error, StringComparison.Ordinal);
            Assert.Contains("make it with 'scott classes add'", result.Error, StringComparison.Ordinal);
        }

        Assert.False(File.Exists(file));
    }

    private static async Task<JsonElement> ReadAsync(params string[] arguments)
    {
        ChildResult result = await Tool.RunAsync([.. arguments, "--json"]);
        AssertExit(0, result);
        using var document = JsonDocument.Parse(result.Output);
        return document.RootElement.Clone();
    }
}
