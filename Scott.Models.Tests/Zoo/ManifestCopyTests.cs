using System.Text;
using Microsoft.AspNetCore.Http;
using Scott.Models.Zoo;

namespace Scott.Models.Tests.Zoo;

/// <summary>The cache's copy of a manifest is the last sound one, and serves when its server does not.</summary>
public sealed class ManifestCopyTests
{
    private static readonly byte[] Portal = Encoding.UTF8.GetBytes("<html><body>Sign in to the network</body></html>");

    /// <summary>What a server can answer instead of a manifest.</summary>
    public static TheoryData<string> BadAnswers { get; } = new("portal", "empty", "cut", "newer", "status", "broken", "encoded", "refused", "slow");

    [Theory]
    [MemberData(nameof(BadAnswers))]
    public async Task FromPretrained_BadAnswer_TakesTheCopyAndLeavesItAsItIs(string kind)
    {
        await using ZooFixture fixture = await StartAsync();
        ZooOptions options = Remote(fixture);
        await ScottModel.FromPretrainedAsync(TinyModel.Id, options);
        byte[] copy = await File.ReadAllBytesAsync(CopyOf(fixture));
        File.SetLastWriteTimeUtc(CopyOf(fixture), DateTime.UtcNow.AddDays(-3));
        var log = new LogLines();
        ZooOptions bad = options with { Logger = log, StallTimeout = TimeSpan.FromSeconds(1), MinimumRateWindow = TimeSpan.FromMilliseconds(200) };
        await SpoilAsync(fixture, kind, bad.MinimumRateWindow);

        ScottModel model = await ScottModel.FromPretrainedAsync(TinyModel.Id, bad);
        Assert.Equal(TinyModel.Id, model.Metadata.Id);
        string line = Assert.Single(log.Lines, line => line.StartsWith("Warning: Using the cached copy", StringComparison.Ordinal));
        Assert.Contains("3 days old", line, StringComparison.Ordinal);
        Assert.Contains("/manifest.json", line, StringComparison.Ordinal);
        Assert.Equal(copy, await File.ReadAllBytesAsync(CopyOf(fixture)));
        await ScottModel.FromPretrainedAsync(TinyModel.Id, options with { Offline = true });
    }

    [Fact]
    public async Task List_ServerAwayWithCopy_IsAskedOnce()
    {
        await using ZooFixture fixture = await StartAsync();
        await ScottModels.ListAsync(Remote(fixture));
        fixture.Server.Answer = context => Task.FromResult(context.Response.StatusCode = 503);
        await ScottModels.ListAsync(Remote(fixture));
        Assert.Equal(2, fixture.Server.Requests.Count);
    }

    [Fact]
    public async Task List_SoundAnswerAgain_ReplacesTheCopy()
    {
        await using ZooFixture fixture = await StartAsync();
        await ScottModels.ListAsync(Remote(fixture));
        fixture.Server.Answer = context => ModelServer.SendAsync(context, Encoding.UTF8.GetBytes(ManifestJson.Of().ToJsonString()));
        Assert.DoesNotContain(await ScottModels.ListAsync(Remote(fixture)), model => model.Id == TinyModel.Id);
        Assert.DoesNotContain(await ScottModels.ListAsync(Remote(fixture) with { Offline = true }), model => model.Id == TinyModel.Id);
    }

    [Fact]
    public async Task List_BadAnswerWithoutCopy_IsTheErrorAndNothingIsKept()
    {
        await using ZooFixture fixture = await StartAsync();
        fixture.Server.Answer = context => ModelServer.SendAsync(context, Portal);
        ManifestException error = await Assert.ThrowsAsync<ManifestException>(() => ScottModels.ListAsync(Remote(fixture)));
        Assert.Contains("it is not JSON", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(CopyOf(fixture)));
    }

    [Fact]
    public async Task FromPretrained_CopyButNoModel_SaysBoth()
    {
        await using ZooFixture fixture = await StartAsync();
        await ScottModels.ListAsync(Remote(fixture));
        File.SetLastWriteTimeUtc(CopyOf(fixture), DateTime.UtcNow.AddHours(-5));
        fixture.Server.Answer = context => Task.FromResult(context.Response.StatusCode = 404);
        DownloadException missing = await Assert.ThrowsAsync<DownloadException>(() => ScottModel.FromPretrainedAsync(TinyModel.Id, Remote(fixture)));
        Assert.Contains($"{fixture.Server.Address}weights/{TinyModel.FileName}: it answered 404", missing.Message, StringComparison.Ordinal);
        Assert.Contains("is the copy in the cache, 5 hours old: it answered 404", missing.Message, StringComparison.Ordinal);

        ZooOptions offline = Remote(fixture) with { Offline = true };
        ModelUnavailableException error = await Assert.ThrowsAsync<ModelUnavailableException>(
            () => ScottModel.FromPretrainedAsync(TinyModel.Id, offline));
        Assert.Equal(ModelUnavailableFault.Offline, error.Fault);
        Assert.Contains("is the copy in the cache, 5 hours old", error.Message, StringComparison.Ordinal);

        error = await Assert.ThrowsAsync<ModelUnavailableException>(() => ScottModel.FromPretrainedAsync("newer-model", Remote(fixture)));
        Assert.Equal(ModelUnavailableFault.UnknownModel, error.Fault);
        Assert.Contains("is the copy in the cache, 5 hours old", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_CopyIsSpoiledToo_SaysBoth()
    {
        await using ZooFixture fixture = await StartAsync();
        await ScottModels.ListAsync(Remote(fixture));
        await File.WriteAllBytesAsync(CopyOf(fixture), Portal);
        fixture.Server.Answer = context => Task.FromResult(context.Response.StatusCode = 404);
        ManifestException error = await Assert.ThrowsAsync<ManifestException>(() => ScottModels.ListAsync(Remote(fixture)));
        Assert.Contains("it answered 404", error.Message, StringComparison.Ordinal);
        Assert.Contains(
            $"Its copy in the cache, '{CopyOf(fixture)}', cannot be used either: it is not JSON", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_Canceled_IsNotAnsweredFromTheCopy()
    {
        await using ZooFixture fixture = await StartAsync();
        await ScottModels.ListAsync(Remote(fixture));
        using var cancellation = new CancellationTokenSource();
        fixture.Server.Answer = async context =>
        {
            await cancellation.CancelAsync();
            await ModelServer.HangAsync(context);
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ScottModels.ListAsync(Remote(fixture), cancellation.Token));
    }

    [Fact]
    public async Task List_CacheThatCannotKeepTheCopy_WarnsAndContinues()
    {
        await using ZooFixture fixture = await StartAsync();
        var log = new LogLines();
        await File.WriteAllTextAsync(fixture.File("cache"), "a file where the cache should be");
        Assert.Contains(await ScottModels.ListAsync(Remote(fixture) with { Logger = log }), model => model.Id == TinyModel.Id);
        Assert.Contains(log.Lines, line => line.Contains("cannot keep a copy of it", StringComparison.Ordinal));
    }

    private static async Task<ZooFixture> StartAsync()
    {
        ZooFixture fixture = await ZooFixture.StartAsync(ManifestJson.Relative("weights/"));
        fixture.Server.Answer = context => ModelServer.SendAsync(
            context, context.Request.Path == "/manifest.json" ? File.ReadAllBytes(fixture.Manifest) : TinyModel.Bytes);
        return fixture;
    }

    private static ZooOptions Remote(ZooFixture fixture) => fixture.Options with { Manifests = [fixture.Server.Address + "manifest.json"] };

    private static string CopyOf(ZooFixture fixture) =>
        new ModelCache(new ZooOptions { CacheFolder = fixture.Cache }).ManifestCopyOf(new Uri(fixture.Server.Address + "manifest.json"));

    private static async Task SpoilAsync(ZooFixture fixture, string kind, TimeSpan window)
    {
        byte[] sound = await File.ReadAllBytesAsync(fixture.Manifest);
        fixture.Server.Answer = context => kind switch
        {
            "portal" => ModelServer.SendAsync(context, Portal),
            "empty" => ModelServer.SendAsync(context, []),
            "cut" => ModelServer.SendChunkedAsync(context, sound[..(sound.Length / 2)]),
            "newer" => ModelServer.SendAsync(context, Encoding.UTF8.GetBytes("{\"schemaVersion\":2,\"models\":[]}")),
            "status" => Task.FromResult(context.Response.StatusCode = StatusCodes.Status500InternalServerError),
            "broken" => BreakAsync(context, sound),
            "encoded" => SendEncodedAsync(context, sound),
            "slow" => DripAsync(context, sound, window),
            _ => Task.CompletedTask,
        };
        if (kind == "refused")
            await fixture.Server.DisposeAsync();
    }

    private static async Task BreakAsync(HttpContext context, byte[] sound)
    {
        await ModelServer.SendAsync(context, sound, stopAfter: 10);
        context.Abort();
    }

    private static Task SendEncodedAsync(HttpContext context, byte[] sound)
    {
        context.Response.Headers.ContentEncoding = "gzip";
        return ModelServer.SendAsync(context, sound);
    }

    private static async Task DripAsync(HttpContext context, byte[] sound, TimeSpan window)
    {
        foreach (byte one in sound)
        {
            await context.Response.Body.WriteAsync(new[] { one }, context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(window / 5, context.RequestAborted);
        }
    }
}
