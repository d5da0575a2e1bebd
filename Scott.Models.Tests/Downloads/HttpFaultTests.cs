using System.IO.Compression;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Scott.Models.Tests.Zoo;
using Scott.Models.Zoo;

namespace Scott.Models.Tests.Downloads;

/// <summary>What servers and proxies do wrong. Whatever it is, the cache holds the right file afterwards, or none.</summary>
public sealed class HttpFaultTests
{
    private static readonly int Half = TinyModel.Bytes.Length / 2;

    [Fact]
    public async Task Download_GoodServer_AsksForTheFileAsItIs()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        CachedModel model = await fixture.DownloadAsync();
        fixture.AssertWhole();
        Assert.Equal((TinyModel.Id, TinyModel.Revision, (long)TinyModel.Bytes.Length), (model.Id, model.Revision, model.Bytes));
        ServerRequest request = Assert.Single(fixture.Server.Requests);
        Assert.Equal(
            ("/" + TinyModel.FileName, string.Empty, "identity", "no-transform"),
            (request.Path, request.Range, request.AcceptEncoding, request.CacheControl));
    }

    [Fact]
    public async Task Download_ThatIsThere_AsksNobody()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        await fixture.DownloadAsync();
        await fixture.DownloadAsync();
        Assert.Single(fixture.Server.Requests);
    }

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Download_FaultThatPasses_IsTriedAgain(int status)
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        fixture.Server.Answer = context =>
            fixture.Server.Requests.Count == 1 ? RefuseAsync(context, status) : ModelServer.SendAsync(context, TinyModel.Bytes);
        await fixture.DownloadAsync();
        fixture.AssertWhole();
        Assert.Equal(2, fixture.Server.Requests.Count);
    }

    [Theory]
    [InlineData(404, 1)]
    [InlineData(403, 1)]
    [InlineData(503, 3)]
    public async Task Download_Refused_IsATypedErrorAfterAsManyRequestsAsMakeSense(int status, int requests)
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        fixture.Server.Answer = context => RefuseAsync(context, status);
        DownloadException error = await Assert.ThrowsAsync<DownloadException>(() => fixture.DownloadAsync());
        Assert.Equal(
            (TinyModel.Id, TinyModel.FileName, TinyModel.Sha256, null), (error.ModelId, error.FileName, error.ExpectedSha256, error.ActualSha256));
        Assert.StartsWith($"it answered {status}", Assert.Single(error.Failures).Reason, StringComparison.Ordinal);
        Assert.Equal(requests, fixture.Server.Requests.Count);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(fixture.Target)!));
    }

    [Fact]
    public async Task Download_RetryAfter_IsHonoured()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        List<long> times = [];
        fixture.Server.Answer = context =>
        {
            times.Add(TimeProvider.System.GetTimestamp());
            context.Response.Headers.RetryAfter = "1";
            return times.Count == 1 ? RefuseAsync(context, StatusCodes.Status429TooManyRequests) : ModelServer.SendAsync(context, TinyModel.Bytes);
        };
        await fixture.DownloadAsync();
        fixture.AssertWhole();
        Assert.True(TimeProvider.System.GetElapsedTime(times[0], times[1]) >= TimeSpan.FromSeconds(0.9));
    }

    [Fact]
    public async Task Download_RetryAfterOverTheLimit_IsNotWaitedFor()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        fixture.Server.Answer = context =>
        {
            context.Response.Headers.RetryAfter = "3600";
            return RefuseAsync(context, StatusCodes.Status429TooManyRequests);
        };
        DownloadException error = await Assert.ThrowsAsync<DownloadException>(() => fixture.DownloadAsync());
        Assert.Contains("asks to wait 01:00:00; the longest wait is 00:00:02", error.Message, StringComparison.Ordinal);
        Assert.Single(fixture.Server.Requests);
    }

    [Fact]
    public async Task Download_StalledBody_ResumesWithANewRequest()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        fixture.Server.Answer = async context =>
        {
            bool isFirst = fixture.Server.Requests.Count == 1;
            await ModelServer.SendAsync(context, TinyModel.Bytes, stopAfter: isFirst ? Half : null);
            await (isFirst ? ModelServer.HangAsync(context) : Task.CompletedTask);
        };
        await fixture.DownloadAsync(fixture.Options with { StallTimeout = TimeSpan.FromSeconds(1) });
        fixture.AssertWhole();
        Assert.Equal(["", $"bytes={Half}-"], fixture.Server.Requests.Select(request => request.Range));
    }

    [Fact]
    public async Task Download_SilentServer_IsATypedErrorThatSaysHowLongNothingCame()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        fixture.Server.Answer = ModelServer.HangAsync;
        DownloadException error = await Assert.ThrowsAsync<DownloadException>(
            () => fixture.DownloadAsync(fixture.Options with { ConnectionTimeout = TimeSpan.FromMilliseconds(300), Retries = 1 }));
        Assert.Contains("nothing came for 0.3 seconds", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, fixture.Server.Requests.Count);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task Download_OtherLengthAnnounced_IsRefusedUnread(int difference)
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        byte[] content = new byte[TinyModel.Bytes.Length + difference];
        fixture.Server.Answer = context => ModelServer.SendAsync(context, content);
        DownloadException error = await Assert.ThrowsAsync<DownloadException>(() => fixture.DownloadAsync());
        Assert.Contains($"it has {content.Length} bytes; the manifest says {TinyModel.Bytes.Length}", error.Message, StringComparison.Ordinal);
        Assert.Single(fixture.Server.Requests);
        fixture.AssertNotPublished();
    }

    [Fact]
    public async Task Download_BodyOverTheLength_IsCutOff()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        bool sentAll = false;
        fixture.Server.Answer = async context =>
        {
            const int Endless = 100_000;
            for (int i = 0; i < Endless; i++)
                await ModelServer.SendChunkedAsync(context, TinyModel.Bytes);

            sentAll = true;
        };
        DownloadException error = await Assert.ThrowsAsync<DownloadException>(() => fixture.DownloadAsync());
        Assert.Contains("it sends more than", error.Message, StringComparison.Ordinal);
        Assert.False(sentAll);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(fixture.Target)!));
    }

    [Fact]
    public async Task Download_ShortBodyWithoutLength_IsNotTakenForTheWhole()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        fixture.Server.Answer = context => ModelServer.SendChunkedAsync(context, TinyModel.Bytes[..Half]);
        DownloadException error = await Assert.ThrowsAsync<DownloadException>(() => fixture.DownloadAsync());
        Assert.Contains($"it ended after {Half} of {TinyModel.Bytes.Length} bytes", error.Message, StringComparison.Ordinal);
        fixture.AssertNotPublished();
    }

    [Fact]
    public async Task Download_WrongBytes_AreFetchedOnceMoreAndThenATypedErrorWithBothHashes()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        fixture.Server.Answer = context => ModelServer.SendAsync(context, TinyModel.Spoiled());
        DownloadException error = await Assert.ThrowsAsync<DownloadException>(() => fixture.DownloadAsync());
        Assert.Equal((TinyModel.Sha256, TinyModel.Hash(TinyModel.Spoiled())), (error.ExpectedSha256, error.ActualSha256));
        Assert.Contains(error.ExpectedSha256!, error.Message, StringComparison.Ordinal);
        Assert.Contains(error.ActualSha256!, error.Message, StringComparison.Ordinal);
        Assert.Equal([string.Empty, string.Empty], fixture.Server.Requests.Select(request => request.Range));
        Assert.Equal(["no-transform", "no-transform, no-cache"], fixture.Server.Requests.Select(request => request.CacheControl));
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(fixture.Target)!));
    }

    [Fact]
    public async Task Download_WrongBytesOnce_ComesRightTheSecondTime()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        fixture.Server.Answer = context => ModelServer.SendAsync(context, fixture.Server.Requests.Count == 1 ? TinyModel.Spoiled() : TinyModel.Bytes);
        await fixture.DownloadAsync();
        fixture.AssertWhole();
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task Download_ProxyThatCompresses_IsUnpacked(string encoding)
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        fixture.Server.Answer = async context =>
        {
            byte[] packed = Pack(TinyModel.Bytes, encoding);
            context.Response.Headers.ContentEncoding = encoding;
            context.Response.Headers.ETag = ModelServer.Tag;
            context.Response.ContentLength = packed.Length;
            await context.Response.Body.WriteAsync(packed);
        };
        await fixture.DownloadAsync();
        fixture.AssertWhole();
    }

    [Fact]
    public async Task Download_EncodingNotKnown_IsRefused()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        fixture.Server.Answer = context =>
        {
            context.Response.Headers.ContentEncoding = "zstd";
            return ModelServer.SendAsync(context, TinyModel.Bytes);
        };
        DownloadException error = await Assert.ThrowsAsync<DownloadException>(() => fixture.DownloadAsync());
        Assert.Contains("it sends the encoding 'zstd'; none was asked for", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Download_FirstMirrorFails_TakesTheNext()
    {
        await using ZooFixture good = await ZooFixture.StartAsync();
        await using ModelServer bad = await ModelServer.StartAsync();
        bad.Answer = context => ModelServer.SendAsync(context, TinyModel.Spoiled());
        good.WriteManifest(ManifestJson.Mirror("http://127.0.0.1:1/"), ManifestJson.Mirror(bad.Address), ManifestJson.Mirror(good.Server.Address));
        await good.DownloadAsync();
        good.AssertWhole();
        Assert.Equal((2, 1), (bad.Requests.Count, good.Server.Requests.Count));
    }

    [Fact]
    public async Task Download_ClientOfTheApp_IsUsedAndNotDisposed()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        using var client = new HttpClient();
        client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("app", "1"));
        string? agent = null;
        fixture.Server.Answer = context =>
        {
            agent = context.Request.Headers.UserAgent;
            return ModelServer.SendAsync(context, TinyModel.Bytes);
        };
        await fixture.DownloadAsync(fixture.Options with { CreateHttpClient = () => client });
        fixture.AssertWhole();
        Assert.Equal("app/1", agent);
        Assert.NotNull(await client.GetStringAsync(fixture.Server.Address));
    }

    [Theory]
    [InlineData(0, "Nothing that was received could be kept.", "resumes")]
    [InlineData(1, "The 1 byte received is kept, and a new call resumes from there.", "Nothing")]
    [InlineData(1000, "The 1000 bytes received are kept, and a new call resumes from there.", "Nothing")]
    public async Task Download_Undelivered_SaysWhatIsKept(int received, string expected, string untrue)
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        fixture.Server.Answer = context => received == 0 ? RefuseAsync(context, 404) : fixture.SendAndBreakAsync(context, TinyModel.Bytes, received);
        DownloadException error = await Assert.ThrowsAsync<DownloadException>(() => fixture.DownloadAsync(fixture.Options with { Retries = 0 }));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(untrue, error.Message, StringComparison.Ordinal);
        Assert.Equal(received, fixture.PartBytes);
    }

    [Fact]
    public async Task Download_WrongBytes_AreNotSaidToBeKept()
    {
        await using ZooFixture fixture = await ZooFixture.StartAsync();
        fixture.Server.Answer = context => ModelServer.SendAsync(context, TinyModel.Spoiled());
        DownloadException error = await Assert.ThrowsAsync<DownloadException>(() => fixture.DownloadAsync());
        Assert.Contains("Nothing that was received could be kept.", error.Message, StringComparison.Ordinal);
    }

    private static Task RefuseAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private static byte[] Pack(byte[] content, string encoding)
    {
        using var buffer = new MemoryStream();
        using (Stream packer = encoding switch
        {
            "gzip" => new GZipStream(buffer, CompressionLevel.Fastest),
            "br" => new BrotliStream(buffer, CompressionLevel.Fastest),
            _ => new ZLibStream(buffer, CompressionLevel.Fastest),
        })
        {
            packer.Write(content);
        }

        return buffer.ToArray();
    }
}
