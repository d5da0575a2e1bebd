using System.Text.Json;
using Scott.Models.Tests.Processes;
using static Scott.Models.Tests.Processes.BuiltProgram;

namespace Scott.Models.Tests.Cli;

/// <summary>The command <c>search --index</c> with the folder of a job, as a user runs it.</summary>
public sealed class JobSearchTests(CliFixture files) : IClassFixture<CliFixture>
{
    [Fact]
    public async Task Search_InAJob_FindsTheSameAsInAnIndex()
    {
        (string job, string index) = (files.NewFile("job"), files.NewFile("photos.index"));
        AssertExit(3, await Tool.RunAsync("embed", files.Good, files.Mixed, "--model", files.Model, "--job", job, "--shard-size", "2"));
        AssertExit(3, await Tool.RunAsync("embed", files.Good, files.Mixed, "--model", files.Model, "--output", index));
        ChildResult expected = await Tool.RunAsync("search", files.GoodImages[2], "--index", index, "--model", files.Model, "--json");
        ChildResult found = await Tool.RunAsync("search", files.GoodImages[2], "--index", job, "--model", files.Model, "--json");
        AssertExit(0, expected);
        AssertExit(0, found);
        Assert.Equal(expected.Output, found.Output);
        using var json = JsonDocument.Parse(found.Output);
        Assert.Equal(4, json.RootElement.GetProperty("matches").GetArrayLength());
        Assert.Equal((4, 0), (json.RootElement.GetProperty("searched").GetInt32(), json.RootElement.GetProperty("missingShards").GetInt32()));
        ChildResult table = await Tool.RunAsync("search", files.GoodImages[2], "--index", job, "--model", files.Model, "--top", "1");
        AssertExit(0, table);
        Assert.Contains("Searched 4 images", table.Output, StringComparison.Ordinal);
        Assert.Contains(Path.GetFileName(files.GoodImages[2]), table.Output, StringComparison.Ordinal);
        Assert.Contains($"Searching {job}", table.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_InAnUnfinishedJob_SearchesTheRestAndSaysSo()
    {
        string job = files.NewFile("job");
        AssertExit(0, await Tool.RunAsync("embed", files.Good, "--model", files.Model, "--job", job, "--shard-size", "1"));
        File.Delete(Path.Combine(job, "part-00001.parquet"));
        ChildResult result = await Tool.RunAsync("search", files.GoodImages[0], "--index", job, "--model", files.Model, "--json");
        AssertExit(3, result);
        Assert.Contains("The job is not finished: 1 of 3 shards are missing", result.Error, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(result.Output);
        Assert.Equal((2, 1), (json.RootElement.GetProperty("searched").GetInt32(), json.RootElement.GetProperty("missingShards").GetInt32()));
    }

    [Fact]
    public async Task Search_InAFolderThatCannotBe_SaysWhy()
    {
        ChildResult none = await Tool.RunAsync("search", files.GoodImages[0], "--index", files.Good, "--model", files.Model);
        AssertExit(2, none);
        Assert.Contains("holds no job of scott embed --job", none.Error, StringComparison.Ordinal);
        string job = files.NewFile("job");
        AssertExit(0, await Tool.RunAsync("embed", files.Good, "--model", "scott-mini-112", "--job", job));
        ChildResult own = await Tool.RunAsync("search", files.GoodImages[1], "--index", job, "--top", "1");
        AssertExit(0, own);
        Assert.Contains("Searched 3 images with scott-mini-112.", own.Output, StringComparison.Ordinal);
        ChildResult unlike = await Tool.RunAsync("search", files.GoodImages[1], "--index", job, "--model", files.Model);
        AssertExit(1, unlike);
        Assert.Contains("they differ in model", unlike.Error, StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(job, "part-00000.parquet"), "no shard", TestContext.Current.CancellationToken);
        ChildResult damaged = await Tool.RunAsync("search", files.GoodImages[1], "--index", job);
        AssertExit(1, damaged);
        Assert.Contains("is damaged: it has no seal. Run the job again", damaged.Error, StringComparison.Ordinal);
    }
}
