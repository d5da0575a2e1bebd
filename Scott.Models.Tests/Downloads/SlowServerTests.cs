using Microsoft.AspNetCore.Http;
using Polly;
using Scott.Models.Downloads;
using Scott.Models.Tests.Zoo;
using Scott.Models.Zoo;

namespace Scott.Models.Tests.Downloads;

/// <summary>A server that sends a byte now and then does not keep the next one from being asked.</summary>
public sealed class SlowServerTests
{
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(300);

    [Fact]
    public async Task Download_MirrorThatDrips_IsLeftForTheNextWhichResumes()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        await using ModelServer slow = await ModelServer.StartAsync();
        slow.Answer = context => DripAsync(context, TinyModel.Bytes);
        fixture.WriteManifest(ManifestJson.Mirror(slow.Address), ManifestJson.Mirror(fixture.Server.Address));
        await fixture.DownloadAsync(fixture.Options with { MinimumRateWindow = Window });
        fixture.AssertWhole();
        Assert.Single(slow.Requests);
        Assert.Matches("^bytes=[1-9][0-9]*-$", Assert.Single(fixture.Server.Requests).Range);
    }

    [Fact]
    public async Task Download_EveryMirrorDrips_IsATypedErrorThatStatesTheRateAndKeepsWhatCame()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        fixture.Server.Answer = context => DripAsync(context, TinyModel.Bytes);
        fixture.WriteManifest(ManifestJson.Mirror(fixture.Server.Address), ManifestJson.Mirror(fixture.Server.Address + "second/"));
        DownloadException error = await Assert.ThrowsAsync<DownloadException>(
            () => fixture.DownloadAsync(fixture.Options with { MinimumRateWindow = Window }));
        Assert.Equal(2, error.Failures.Count);
        Assert.All(error.Failures, failure => Assert.Matches(
            "^it is too slow: [0-9]+ bytes? in 0[.][0-9]+ seconds, [0-9.]+ a second; "
                + "expected at least 1024 a second[.] .*ZooOptions.MinimumBytesPerSecond",
            failure.Reason));
        Assert.Contains("received", error.Message, StringComparison.Ordinal);
        Assert.InRange(fixture.PartBytes, 1, TinyModel.Bytes.Length - 1);

        fixture.Server.Answer = context => ModelServer.SendAsync(context, TinyModel.Bytes);
        await fixture.DownloadAsync();
        fixture.AssertWhole();
    }

    [Fact]
    public async Task Download_AnyRateAllowed_WaitsForTheSlowServer()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        fixture.Server.Answer = async context =>
        {
            context.Response.ContentLength = TinyModel.Bytes.Length;
            foreach (byte[] chunk in TinyModel.Bytes.Chunk((TinyModel.Bytes.Length / 10) + 1))
            {
                await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await Task.Delay(60, context.RequestAborted);
            }
        };
        ZooOptions fast = fixture.Options with { MinimumRateWindow = TimeSpan.FromMilliseconds(100), MinimumBytesPerSecond = 1L << 30 };
        await Assert.ThrowsAsync<DownloadException>(() => fixture.DownloadAsync(fast));
        await fixture.DownloadAsync(fast with { MinimumBytesPerSecond = 0 });
        fixture.AssertWhole();
    }

    [Fact]
    public async Task Download_ArchiveThatDrips_IsATypedError()
    {
        await using DatasetFixture fixture = await DatasetFixture.StartAsync();
        fixture.Server.Answer = context => DripAsync(context, DatasetFixture.Packed);
        DownloadException error = await Assert.ThrowsAsync<DownloadException>(
            () => fixture.DownloadAsync(options: DatasetFixture.Options with { MinimumRateWindow = Window }));
        Assert.Contains("it is too slow", Assert.Single(error.Failures).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_ManifestThatDrips_IsATypedError()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        fixture.Server.Answer = context => DripAsync(context, File.ReadAllBytes(fixture.Manifest));
        ManifestException error = await Assert.ThrowsAsync<ManifestException>(() => ScottModels.ListAsync(
            fixture.Options with { Manifests = [fixture.Server.Address + "m.json"], MinimumRateWindow = Window }));
        Assert.Contains("it is too slow", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RequireRate_DefaultWindow_JudgesEveryThirtySecondsOfWaiting()
    {
        using var response = new HttpResponseMessage { Content = new ByteArrayContent([]) };
        await using HttpBody rate = await HttpBody.OpenAsync(response, string.Empty, ResiliencePipeline.Empty, new DownloadOptions(), default);
        for (int second = 0; second < 90; second++)
            rate.RequireRate(TimeSpan.FromSeconds(1), 1024);

        // A fast answer that becomes slow is found out within two windows.
        rate.RequireRate(TimeSpan.FromSeconds(1), 1 << 20);
        for (int second = 1; second < 59; second++)
            rate.RequireRate(TimeSpan.FromSeconds(1), 1);

        SourceFaultException error = Assert.Throws<SourceFaultException>(() => rate.RequireRate(TimeSpan.FromSeconds(1), 1));
        Assert.Contains("30 bytes in 30 seconds, 1 a second", error.Message, StringComparison.Ordinal);
        Assert.Contains("A lower DownloadOptions.MinimumBytesPerSecond accepts it", error.Message, StringComparison.Ordinal);
        Assert.IsNotType<TransientFaultException>(error);
    }

    private static async Task DripAsync(HttpContext context, byte[] content)
    {
        int from = context.Request.Headers.Range.ToString() is { Length: > 7 } range
            ? int.Parse(range["bytes=".Length..].TrimEnd('-'), System.Globalization.CultureInfo.InvariantCulture) : 0;
        if (from > 0)
        {
            context.Response.StatusCode = StatusCodes.Status206PartialContent;
            context.Response.Headers.ContentRange = $"bytes {from}-{content.Length - 1}/{content.Length}";
        }

        context.Response.ContentLength = content.Length - from;
        foreach (byte one in content.Skip(from))
        {
            await context.Response.Body.WriteAsync(new[] { one }, context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(20, context.RequestAborted);
        }
    }
}
