using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using PuppeteerSharp;
using Scott.Models.Benchmarks.Cluster;
using Scott.Models.Inference;
using Scott.Models.Tests.Browser;
using Scott.Models.Tests.Processes;

namespace Scott.Models.Tests.Samples.Cluster;

/// <summary>One silo with its state in memory, as a user starts it.</summary>
public sealed class EmbedClusterTests(EmbedClusterSilo silo) : IClassFixture<EmbedClusterSilo>
{
    private static readonly BuiltProgram Program = BuiltProgram.Sample("EmbedCluster");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_OnOneMachine_WritesTheFolderOfAPlainJob()
    {
        using var folder = new TemporaryFolder();
        string images = await DrawAsync(folder, 9);
        string output = folder.File("vectors");
        int[] ports = FreePorts.Find(3);
        ChildResult result = await Program.RunAsync(
            "run", images, "--output", output, "--shard-size", "4", "--model", "scott-mini-112", "--url", $"http://127.0.0.1:{ports[0]}",
            "--silo-port", $"{ports[1]}", "--gateway-port", $"{ports[2]}");
        BuiltProgram.AssertExit(0, result);
        Assert.Contains("3 of 3 shards, 9 images", result.Output, StringComparison.Ordinal);
        Assert.Contains("Done: all shards are there and sound.", result.Output, StringComparison.Ordinal);
        string expected = folder.File("expected");
        ScottModel model = await ScottModel.FromPretrainedAsync("scott-mini-112", cancellationToken: Token);
        using FeatureExtractor extractor = model.ExtractFeatures().Build();
        string[] paths = [.. Directory.EnumerateFiles(images).Order(StringComparer.Ordinal)];
        EmbeddingJob job = await EmbeddingJob.PlanAsync(
            expected, extractor, EmbeddingJobInputs.FromFiles(paths), new EmbeddingJobOptions { ShardSize = 4 }, Token);
        await job.RunAsync(cancellationToken: Token);
        Assert.Equal(Hashes(expected), Hashes(output));
    }

    [Fact]
    public async Task Job_PausedResumedAndCancelled_SaysSo()
    {
        using var folder = new TemporaryFolder();
        string[] tars = await DrawnTars.WriteAsync(folder.File("tars"), 400, 10, Token);
        BuiltProgram.AssertExit(0, await CallAsync(["start", .. tars, "--output", folder.File("changes")]));
        ChildResult paused = await CallAsync("pause", "changes");
        Assert.Contains("changes: Paused", paused.Output, StringComparison.Ordinal);
        JsonElement before = await WaitAsync("changes", job => job.GetProperty("workers").GetArrayLength() == 0);
        await Task.Delay(1500, Token);
        JsonElement after = await silo.StatusAsync("changes");
        Assert.Equal(before.GetProperty("done").GetInt32(), after.GetProperty("done").GetInt32());
        Assert.InRange(after.GetProperty("done").GetInt32(), 0, 39);
        Assert.Contains("changes: Cancelled", (await CallAsync("cancel", "changes")).Output, StringComparison.Ordinal);
        BuiltProgram.AssertExit(0, await CallAsync("resume", "changes"));
        JsonElement done = await WaitAsync("changes", job => job.GetProperty("phase").GetString() == "done");
        Assert.Equal((40, 400), (done.GetProperty("done").GetInt32(), done.GetProperty("images").GetInt32()));
        Assert.True(File.Exists(Path.Combine(folder.File("changes"), "_SUCCESS")));
    }

    [Fact]
    public async Task Job_OfTheNameOfAnEarlierOne_IsComputedInItsOwnFolder()
    {
        using var folder = new TemporaryFolder();
        string[] tars = await DrawnTars.WriteAsync(folder.File("tars"), 24, 4, Token);
        for (int i = 0; i < 3; i++)
        {
            // A worker of the job before may still wait for its next piece of work.
            string output = Path.Combine(folder.File($"day {i}"), "same-name");
            BuiltProgram.AssertExit(0, await CallAsync(["start", .. tars.Take(6 - i), "--output", output]));
            JsonElement done = await WaitAsync("same-name", job => job.GetProperty("phase").GetString() is "done" or "incomplete");
            Assert.Equal(("done", output), (done.GetProperty("phase").GetString(), done.GetProperty("folder").GetString()));
            Assert.Equal(6 - i, Directory.GetFiles(output, "part-*.parquet").Length);
            Assert.True(File.Exists(Path.Combine(output, "_SUCCESS")));
        }
    }

    [Fact]
    public async Task Job_WithADamagedArchive_ParksItsShardAndGoesOnOnceItIsMended()
    {
        using var folder = new TemporaryFolder();
        string[] tars = await WriteTarsAsync(folder.Path, 3);
        byte[] good = await File.ReadAllBytesAsync(tars[1], Token);
        await File.WriteAllBytesAsync(tars[1], good[..(good.Length / 2)], Token);
        BuiltProgram.AssertExit(0, await CallAsync(["start", .. tars, "--output", folder.File("parked")]));
        JsonElement ended = await WaitAsync("parked", job => job.GetProperty("phase").GetString() == "incomplete");
        JsonElement parked = Assert.Single(ended.GetProperty("parked").EnumerateArray());
        Assert.Equal((1, 3), (parked.GetProperty("shard").GetInt32(), parked.GetProperty("failures").GetInt32()));
        Assert.Contains(tars[1], parked.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(2, ended.GetProperty("done").GetInt32());
        Assert.Contains("shard 1 is parked", (await CallAsync("status", "parked")).Output, StringComparison.Ordinal);
        await File.WriteAllBytesAsync(tars[1], good, Token);
        BuiltProgram.AssertExit(0, await CallAsync("resume", "parked"));
        await WaitAsync("parked", job => job.GetProperty("phase").GetString() == "done");
    }

    [Fact]
    public async Task Events_OfAJob_StreamItsStatusUntilItEnds()
    {
        using var folder = new TemporaryFolder();
        string images = await DrawAsync(folder, 6);
        BuiltProgram.AssertExit(0, await CallAsync("start", images, "--output", folder.File("events"), "--shard-size", "2"));
        string text = await silo.Client.GetStringAsync(new Uri("/jobs/events/events", UriKind.Relative), Token);
        const string Data = "data: ";
        IEnumerable<string> lines = text.Split('\n').Where(line => line.StartsWith(Data, StringComparison.Ordinal));
        JsonElement[] events = [.. lines.Select(line => JsonElement.Parse(line[Data.Length..]))];
        Assert.Equal("done", events[^1].GetProperty("phase").GetString());
        Assert.All(events, status => Assert.Equal(3, status.GetProperty("shards").GetInt32()));
    }

    [Fact]
    public async Task Start_WithWhatCannotBe_SaysWhatToDo()
    {
        using var folder = new TemporaryFolder();
        string images = await DrawAsync(folder, 2);
        ChildResult missing = await CallAsync("start", folder.File("nothing"), "--output", folder.File("out"));
        Assert.Equal(1, missing.ExitCode);
        Assert.Contains("There is no file or folder", missing.Error, StringComparison.Ordinal);
        ChildResult model = await CallAsync("start", images, "--output", folder.File("out"), "--model", "no-such-model");
        Assert.Equal(1, model.ExitCode);
        Assert.Contains("no-such-model", model.Error, StringComparison.Ordinal);
        ChildResult unknown = await CallAsync("status", "no-such-job");
        Assert.Contains("There is no such job.", unknown.Error, StringComparison.Ordinal);
        ChildResult silent = await Program.RunAsync("status", "--url", "http://127.0.0.1:9");
        Assert.Contains("No silo answers at http://127.0.0.1:9", silent.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WithANameThatIsNotLegal_IsRefused()
    {
        using var folder = new TemporaryFolder();
        ChildResult result = await CallAsync("start", await DrawAsync(folder, 1), "--output", folder.File("out"), "--name", "a|b");
        Assert.Contains("'a|b' cannot be the name of a job", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calls_FromAPageOfAnotherSite_AreRefused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/jobs/any/cancel");
        request.Headers.Add("Origin", "https://elsewhere.example");
        using HttpResponseMessage refused = await silo.Client.SendAsync(request, Token);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        using var own = new HttpRequestMessage(HttpMethod.Post, "/jobs/any/cancel");
        own.Headers.Add("Origin", silo.Url);
        using HttpResponseMessage answered = await silo.Client.SendAsync(own, Token);
        Assert.Equal(HttpStatusCode.NotFound, answered.StatusCode);

        // A name of another site that leads to this machine, and a proxy that takes off TLS.
        using var rebound = new HttpRequestMessage(HttpMethod.Get, "/jobs") { Headers = { Host = "elsewhere.example" } };
        using HttpResponseMessage foreign = await silo.Client.SendAsync(rebound, Token);
        Assert.Equal(HttpStatusCode.BadRequest, foreign.StatusCode);
        using var proxied = new HttpRequestMessage(HttpMethod.Post, "/jobs/any/cancel");
        proxied.Headers.Add("Origin", silo.Url.Replace("http:", "https:", StringComparison.Ordinal));
        proxied.Headers.Add("Sec-Fetch-Site", "same-origin");
        using HttpResponseMessage passed = await silo.Client.SendAsync(proxied, Token);
        Assert.Equal(HttpStatusCode.NotFound, passed.StatusCode);
    }

    [Fact]
    public async Task Metrics_GoToTheCollectorThatTheEnvironmentNames()
    {
        using var folder = new TemporaryFolder();
        BuiltProgram.AssertExit(0, await CallAsync("start", await DrawAsync(folder, 2), "--output", folder.File("measured")));
        string sent = await silo.MetricsAsync(text => text.Contains("embed_cluster.worker.images", StringComparison.Ordinal), Token);
        Assert.Contains("embed_cluster.job.shards", sent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SecondSilo_ThatIsStopped_GivesItsShardBack()
    {
        using var folder = new TemporaryFolder();
        string[] tars = await DrawnTars.WriteAsync(folder.File("tars"), 1_000, 125, Token);
        int[] ports = FreePorts.Find(3);
        using var second = new RunningChild(Program.Start(
            [], "silo", "--url", $"http://127.0.0.1:{ports[0]}", "--silo-port", $"{ports[1]}", "--gateway-port", $"{ports[2]}", "--threads", "1",
            "--primary", silo.Primary));
        _ = second.Error.ReadToEndAsync(Token);
        await ChildLines.FindAsync(
            second.Output, line => line.Contains("The silo is up.", StringComparison.Ordinal), TimeSpan.FromMinutes(1));
        BuiltProgram.AssertExit(0, await CallAsync(["start", .. tars, "--output", folder.File("given-back")]));
        await WaitAsync("given-back", job => job.GetProperty("workers").EnumerateArray().Any(
            worker => worker.GetProperty("worker").GetString()!.StartsWith($"127.0.0.1:{ports[1]}@", StringComparison.Ordinal)));
        await ChildProcess.RunAsync("sh", ["-c", $"kill -TERM {second.Id}"]);
        await second.EndAsync();
        JsonElement done = await WaitAsync("given-back", job => job.GetProperty("phase").GetString() == "done");
        int CountOf(string name) => done.GetProperty("counts").GetProperty(name).GetInt32();
        Assert.True((CountOf("givenBack"), CountOf("lost"), CountOf("expired")) == (1, 0, 0), $"{done}");
        Assert.Equal(1_000, done.GetProperty("images").GetInt32());
    }

    [Fact]
    public async Task Page_OfAJob_ShowsItAndPausesIt()
    {
        await using IBrowser browser = await Chromium.StartAsync();
        using var folder = new TemporaryFolder();
        string[] tars = await DrawnTars.WriteAsync(folder.File("tars"), 1_600, 40, Token);
        BrowserPage page = await BrowserPage.OpenAsync(browser);
        await page.GoToAsync(new Uri(silo.Url));
        BuiltProgram.AssertExit(0, await CallAsync(["start", .. tars, "--output", folder.File("shown")]));
        const string Article = "[...document.querySelectorAll('article')].find(a => a.querySelector('h2').textContent === 'shown')";
        await page.WaitForAsync($"{Article}?.querySelector('button')?.textContent === 'Pause'");
        await page.EvaluateAsync<bool>($"{Article}.querySelector('button').click() ?? true");
        await page.WaitForAsync($"{Article}?.querySelector('button')?.textContent === 'Resume'");
        Assert.Equal("paused", (await silo.StatusAsync("shown")).GetProperty("phase").GetString());
        await CallAsync("cancel", "shown");
        Assert.Empty(page.Errors);
    }

    private Task<ChildResult> CallAsync(params string[] arguments) => Program.RunAsync([.. arguments, "--url", silo.Url]);

    private async Task<JsonElement> WaitAsync(string job, Func<JsonElement, bool> isIt)
    {
        for (int i = 0; i < 600; i++, await Task.Delay(100, Token))
        {
            JsonElement status = await silo.StatusAsync(job);
            if (isIt(status))
                return status;
        }

        throw new TimeoutException($"The job did not come to this: {await silo.StatusAsync(job)}");
    }

    private static async Task<string> DrawAsync(TemporaryFolder folder, int count)
    {
        string images = Directory.CreateDirectory(folder.File("images")).FullName;
        for (int i = 0; i < count; i++)
            await TestFiles.WriteImageAsync(Path.Combine(images, $"{i:D3}.png"), seed: i);

        return images;
    }

    private static Task<string[]> WriteTarsAsync(string folder, int count) =>
        DrawnTars.WriteAsync(Path.Combine(folder, "tars"), 4 * count, 4, Token);

    private static string[] Hashes(string folder) =>
        [.. Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)
            .Select(path => $"{Path.GetFileName(path)} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)))}")];
}
