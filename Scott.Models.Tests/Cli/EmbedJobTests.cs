using System.Formats.Tar;
using System.Text.Json;
using Scott.Models.Tests.Inference;
using Scott.Models.Tests.Processes;
using static Scott.Models.Tests.Processes.BuiltProgram;

namespace Scott.Models.Tests.Cli;

/// <summary>The command <c>embed --job</c>: a folder of shards that survives any end of the process.</summary>
public sealed class EmbedJobTests(CliFixture files) : IClassFixture<CliFixture>
{
    private const int Width = 32;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Job_KilledAgainAndAgain_IsTheFolderOfOneRun()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "The other systems have no SIGKILL.");
        string images = await ManyImagesAsync(160);
        (string whole, string broken) = (files.NewFile("whole"), files.NewFile("broken"));
        string[] Arguments(string job) => ["embed", images, "--job", job, "--shard-size", "16", "--model", files.Model, "--quiet"];
        AssertExit(0, await Tool.RunAsync(Arguments(whole)));
        var random = new Random(1);
        for (int kill = 0; kill < 5; kill++)
        {
            int before = Parts(broken);
            using var child = new RunningChild(Tool.Start([], Arguments(broken)));
            await child.UntilAsync(() => kill == 0 ? Directory.Exists(broken) : Parts(broken) > before);
            await Task.Delay(random.Next(60), Cancellation);
            await child.KillAsync();
            Assert.False(File.Exists(Path.Combine(broken, "_SUCCESS")) && kill == 0);
        }

        AssertExit(0, await Tool.RunAsync([.. Arguments(broken), "--threads", "1"]));
        Assert.Equal(BulkFixture.Snapshot(whole), BulkFixture.Snapshot(broken));
    }

    [Fact]
    public async Task Job_InterruptedByCtrlC_SaysHowToGoOn()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "Only Unix lets one process send another a signal.");
        (string images, string job) = (await ManyImagesAsync(3000), files.NewFile("job"));
        ChildResult result = await Tool.RunAndInterruptAsync(
            () => Parts(job) > 0, "embed", images, "--job", job, "--shard-size", "16", "--model", files.Model, "--json");
        AssertExit(130, result);
        Assert.Contains("Run the same command again to resume.", result.Error, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(result.Output);
        Assert.True(json.RootElement.GetProperty("isInterrupted").GetBoolean());
        Assert.Empty(Directory.GetFiles(job, "*.part"));
    }

    [Fact]
    public async Task Job_ShardByShard_EndsWithARunThatOnlyChecks()
    {
        (string whole, string job) = (files.NewFile("whole"), files.NewFile("job"));
        AssertExit(3, await Tool.RunAsync("embed", files.Good, files.Mixed, "--job", whole, "--shard-size", "2", "--model", files.Model));
        for (int shard = 2; shard >= 0; shard--)
        {
            ChildResult one = await Tool.RunAsync(
                "embed", files.Good, files.Mixed, "--job", job, "--shard-size", "2", "--shard", $"{shard}", "--model", files.Model, "--json");
            using var json = JsonDocument.Parse(one.Output);
            Assert.True(json.RootElement.GetProperty("isComputed").GetBoolean());
            Assert.Equal((shard, 3), (Number(json, "shard"), Number(json, "shards")));
            AssertExit(Number(json, "failed") == 0 ? 0 : 3, one);
        }

        ChildResult last = await Tool.RunAsync("embed", "--job", job, "--model", files.Model, "--json");
        AssertExit(3, last);
        using var all = JsonDocument.Parse(last.Output);
        Assert.Equal((3, 0, 5, 1), (Number(all, "shards"), Number(all, "computedShards"), Number(all, "images"), Number(all, "failed")));
        Assert.Equal((Width, 0), (Number(all, "width"), Number(all, "ignoredEntries")));
        Assert.Equal(BulkFixture.Snapshot(whole), BulkFixture.Snapshot(job));
    }

    [Fact]
    public async Task Job_OfAnArchiveAndAList_HasTheirImages()
    {
        string folder = files.NewFolder();
        byte[] image = await File.ReadAllBytesAsync(files.GoodImages[1], Cancellation);
        byte[] archive = TarFiles.Make(TarEntryFormat.Ustar, [("x.png", image), ("x.json", [])]);
        await File.WriteAllBytesAsync(Path.Combine(folder, "a.tar"), archive, Cancellation);
        string list = Path.Combine(folder, "list.txt");
        await File.WriteAllLinesAsync(list, ["a.tar", files.GoodImages[1]], Cancellation);
        string job = files.NewFile("job");
        ChildResult result = await Tool.RunAsync("embed", list, folder, "--job", job, "--model", files.Model);
        AssertExit(0, result);
        Assert.Contains("2 shards in ", result.Output, StringComparison.Ordinal);
        Assert.Contains("1 other file in the tar archives skipped.", result.Output, StringComparison.Ordinal);
        BulkRow[] rows = await BulkRow.ReadAsync(Path.Combine(job, "part-*.parquet"));
        Assert.Equal([Path.Combine(folder, "a.tar") + "/x.png", files.GoodImages[1]], rows.Select(row => row.Key));
        Assert.Equal(rows[0].Embedding, rows[1].Embedding);
    }

    /// <summary>A limit on the size of a file stands in for the disk's. The runtime itself needs large files unless it does without W^X.</summary>
    [Fact]
    public async Task Job_FullDisk_IsOneLineAndTheJobGoesOnWhenThereIsRoom()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The limit is set by bash.");
        (string images, string job) = (await ManyImagesAsync(80), files.NewFile("job"));
        string[] arguments = ["embed", images, "--job", job, "--shard-size", "80", "--model", files.Model];
        string limit = "trap '' XFSZ; ulimit -f 16; export DOTNET_EnableWriteXorExecute=0;";
        ChildResult limited = await ChildProcess.RunAsync("bash", ["-c", $"{limit} {Tool.ShellCommand(arguments)}"]);
        AssertExit(1, limited);
        Assert.Contains(
            "cannot be written: the disk is full. Free space and run again; finished shards are kept.", limited.Error, StringComparison.Ordinal);
        Assert.Equal(["_inputs.txt", "_manifest.json"], Directory.GetFiles(job).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        AssertExit(0, await Tool.RunAsync(arguments));
        Assert.Equal(1, Parts(job));
    }

    [Theory]
    [InlineData("--shard", "0")]
    [InlineData("--shard-size", "10")]
    [InlineData("--job", "JOB", "--tokens")]
    [InlineData("--job", "JOB", "--output", "x.parquet")]
    [InlineData("--job", "JOB", "--shard-size", "0")]
    [InlineData("--job", "JOB", "--shard", "-1")]
    [InlineData("--job", "JOB", "--shard", "9")]
    public async Task Job_OptionsThatDoNotGoTogether_AreAUsageError(params string[] options)
    {
        string job = files.NewFile("job");
        ChildResult result = await Tool.RunAsync(
            ["embed", files.Good, "--model", files.Model, .. options.Select(option => option == "JOB" ? job : option)]);
        AssertExit(2, result);
        Assert.Contains("error: --", result.Error, StringComparison.Ordinal);
        Assert.Equal(0, Parts(job));
    }

    [Fact]
    public async Task Job_WithoutInputs_NeedsAJob()
    {
        AssertExit(2, await Tool.RunAsync("embed", "--model", files.Model));
        ChildResult result = await Tool.RunAsync("embed", "--job", files.NewFile("job"), "--model", files.Model);
        AssertExit(2, result);
        Assert.Contains("holds no job yet", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Job_OtherInputs_AreAnErrorOfOneLine()
    {
        string job = files.NewFile("job");
        AssertExit(0, await Tool.RunAsync("embed", files.Good, "--job", job, "--model", files.Model, "--quiet"));
        ChildResult result = await Tool.RunAsync("embed", files.Mixed, "--job", job, "--model", files.Model);
        AssertExit(1, result);
        Assert.Contains("holds a job of 3 images and 0 tar archives", result.Error, StringComparison.Ordinal);
    }

    private static int Number(JsonDocument document, string name) => document.RootElement.GetProperty(name).GetInt32();

    private static int Parts(string job) => Directory.Exists(job) ? Directory.GetFiles(job, "part-*.parquet").Length : 0;

    private Task<string> ManyImagesAsync(int count) => files.LinkedImagesAsync(count, 800, 600);
}
