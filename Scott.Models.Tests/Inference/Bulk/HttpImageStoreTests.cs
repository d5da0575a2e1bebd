using System.Formats.Tar;
using Microsoft.AspNetCore.Http;
using Scott.Models.Downloads;
using Scott.Models.Inference;
using Scott.Models.Tests.Zoo;

namespace Scott.Models.Tests.Inference;

/// <summary>Images and archives of a real server, with its faults.</summary>
public sealed class HttpImageStoreTests(BulkFixture files) : IClassFixture<BulkFixture>
{
    private static readonly HttpImageStore Store = new(new DownloadOptions
    {
        Retries = 2,
        RetryDelay = TimeSpan.FromMilliseconds(5),
        MaximumRetryDelay = TimeSpan.FromMilliseconds(50),
        StallTimeout = TimeSpan.FromSeconds(5),
        ConnectionTimeout = TimeSpan.FromSeconds(5),
    });

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_AddressesOfImagesAndAnArchive_MakesTheVectorsOfTheFiles()
    {
        await using ModelServer server = await ModelServer.StartAsync();
        byte[] archive = TarFiles.Make(TarEntryFormat.Ustar, [("x.png", files.Bytes(3))]);
        server.Answer = context => context.Request.Path.Value switch
        {
            "/a.tar" => ModelServer.SendAsync(context, archive),
            "/gone.png" => SetStatusAsync(context, StatusCodes.Status404NotFound),
            _ => ModelServer.SendAsync(context, files.Bytes(2)),
        };
        string[] keys = [server.Address + "2.png", server.Address + "gone.png", server.Address + "a.tar"];
        EmbeddingJob job = await EmbeddingJob.PlanAsync(
            files.NewFolder(), files.Two, EmbeddingJobInputs.FromStore(Store, keys), cancellationToken: Cancellation);
        EmbeddingJobResult result = await job.RunAsync(cancellationToken: Cancellation);
        Assert.Equal((2, 3L, 1L), (result.Shards, result.Images, result.Failed));
        BulkRow[] rows = await BulkRow.ReadAsync(Path.Combine(job.Folder, "part-*.parquet"));
        Assert.Equal([keys[0], keys[1], keys[2] + "/x.png"], rows.Select(row => row.Key));
        Assert.Equal(await files.One.EmbedAsync(Path.Combine(files.ImageFolder, BulkFixture.Key(2)), Cancellation), rows[0].Embedding!);
        Assert.Equal(await files.One.EmbedAsync(Path.Combine(files.ImageFolder, BulkFixture.Key(3)), Cancellation), rows[2].Embedding!);
        Assert.Contains("it answered 404", rows[1].Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Read_ConnectionThatBreaks_GoesOnFromTheByteReached(bool hasRanges)
    {
        byte[] content = new byte[300_000];
        new Random(1).NextBytes(content);
        await using ModelServer server = await ModelServer.StartAsync();
        int requests = 0;
        server.Answer = async context =>
        {
            if (!hasRanges)
                context.Request.Headers.Remove("Range");

            int? stop = ++requests == 1 ? 100_000 : null;
            await ModelServer.SendAsync(context, content, stopAfter: stop);
            if (stop is not null)
                context.Abort();
        };
        Assert.Equal(content, await ReadAsync(server.Address + "image.png"));
        Assert.Equal(2, requests);
    }

    [Theory]
    [InlineData(true, 250_000)]
    [InlineData(false, 250_000)]
    [InlineData(true, 50_000)]
    [InlineData(false, 50_000)]
    public async Task Read_FileThatChangesWhileTheConnectionBreaks_IsAnError(bool hasRanges, int newLength)
    {
        byte[] content = new byte[300_000];
        await using ModelServer server = await ModelServer.StartAsync();
        int requests = 0;
        server.Answer = async context =>
        {
            if (!hasRanges)
                context.Request.Headers.Remove("Range");

            bool isFirst = ++requests == 1;
            if (!isFirst && hasRanges && newLength < 100_000)
            {
                await SetStatusAsync(context, StatusCodes.Status416RangeNotSatisfiable);
                return;
            }

            await ModelServer.SendAsync(context, isFirst ? content : content[..newLength], stopAfter: isFirst ? 100_000 : null);
            if (isFirst)
                context.Abort();
        };
        IOException error = await Assert.ThrowsAsync<IOException>(() => ReadAsync(server.Address + "image.png"));
        Assert.Contains("changed while it was read", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_WithARange_GivesItsBytes()
    {
        byte[] content = [.. Enumerable.Range(0, 200).Select(i => (byte)i)];
        await using ModelServer server = await ModelServer.StartAsync();
        server.Answer = context => ModelServer.SendAsync(context, content);
        Assert.Equal(content[50..60], await ReadAsync(server.Address + "image.png", 50, 10));
        Assert.Equal(content[190..], await ReadAsync(server.Address + "image.png", 190, 100));
        Assert.Equal("bytes=50-", server.Requests[0].Range);
    }

    [Fact]
    public async Task Read_BusyServer_IsAskedAgainAndThenAnError()
    {
        await using ModelServer server = await ModelServer.StartAsync();
        server.Answer = context => SetStatusAsync(context, StatusCodes.Status503ServiceUnavailable);
        IOException error = await Assert.ThrowsAsync<IOException>(() => ReadAsync(server.Address + "image.png"));
        Assert.Contains("it answered 503", error.Message, StringComparison.Ordinal);
        Assert.Equal(3, server.Requests.Count);
    }

    [Theory]
    [InlineData("http://example.org/image.png")]
    [InlineData("ftp://example.org/image.png")]
    [InlineData("photos/image.png")]
    public async Task Open_AnAddressThatIsNotSafe_IsAnError(string key)
    {
        IOException error = await Assert.ThrowsAsync<IOException>(() => Store.OpenAsync(key, cancellationToken: Cancellation));
        Assert.Contains("is not an allowed address; expected an https address, or http to this machine.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_Offline_IsAnErrorAndListingIsNotSupported()
    {
        var offline = new HttpImageStore(new DownloadOptions { Offline = true });
        EmbeddingJobException error = await Assert.ThrowsAsync<EmbeddingJobException>(
            () => offline.OpenAsync("https://example.org/a.png", cancellationToken: Cancellation));
        Assert.Equal(EmbeddingJobFault.Unreachable, error.Fault);
        Assert.Contains("the network is forbidden", error.Message, StringComparison.Ordinal);
        Assert.Throws<NotSupportedException>(() => offline.ListAsync(Cancellation));
    }

    private static async Task<byte[]> ReadAsync(string key, long offset = 0, long? length = null)
    {
        await using Stream stream = await Store.OpenAsync(key, offset, length, Cancellation);
        var memory = new MemoryStream();
        await stream.CopyToAsync(memory, Cancellation);
        return memory.ToArray();
    }

    private static Task SetStatusAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
