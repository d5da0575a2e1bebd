using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Scott.Models.Zoo;

namespace Scott.Models.Tests.Zoo;

/// <summary>A server that holds the tiny model, a manifest that names it, and an empty cache; with waits so short that faults take no time.</summary>
internal sealed class ZooFixture : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();

    private ZooFixture(ModelServer server) => Server = server;

    public ModelServer Server { get; }

    public string Cache => _folder.File("cache");

    public string Manifest => _folder.File("manifest.json");

    /// <summary>Where the file is, once it is whole.</summary>
    public string Target => Path.Combine(Cache, TinyModel.Id, TinyModel.Revision, TinyModel.FileName);

    public string Part => Target + ".part";

    public long PartBytes => BytesOf(Part);

    public ZooOptions Options => new()
    {
        Manifests = [Manifest],
        CacheFolder = Cache,
        ConnectionTimeout = TimeSpan.FromSeconds(20),
        StallTimeout = TimeSpan.FromSeconds(20),
        Retries = 2,
        RetryDelay = TimeSpan.FromMilliseconds(5),
        MaximumRetryDelay = TimeSpan.FromSeconds(2),
    };

    public string File(string name) => _folder.File(name);

    /// <param name="sources">The model's sources; the server's own address if there are none.</param>
    public static async Task<ZooFixture> StartAsync(params JsonObject[] sources)
    {
        var fixture = new ZooFixture(await ModelServer.StartAsync());
        fixture.WriteManifest(sources.Length > 0 ? sources : [ManifestJson.Mirror(fixture.Server.Address)]);
        return fixture;
    }

    public void WriteManifest(params JsonObject[] sources) =>
        System.IO.File.WriteAllText(Manifest, ManifestJson.Of(ManifestJson.Model(sources)).ToJsonString());

    public Task<CachedModel> DownloadAsync(ZooOptions? options = null, CancellationToken cancellationToken = default) =>
        ScottModels.DownloadAsync(TinyModel.Id, options ?? Options, null, cancellationToken);

    /// <summary>Sends the first bytes, waits until they are in the part file, and breaks the connection.</summary>
    public async Task SendAndBreakAsync(HttpContext context, byte[] content, int count, string? tag = ModelServer.Tag)
    {
        await ModelServer.SendAsync(context, content, tag, stopAfter: count);
        await PartReachesAsync(count);
        context.Abort();
    }

    public Task PartReachesAsync(long bytes) => FileReachesAsync(Part, bytes);

    /// <summary>Waits until a file is there and that long.</summary>
    public static async Task FileReachesAsync(string path, long bytes)
    {
        using var timeout = new CancellationTokenSource(Patience);
        while (BytesOf(path) < bytes)
            await Task.Delay(5, timeout.Token);
    }

    /// <summary>The cache holds the right file and nothing unfinished.</summary>
    public void AssertWhole()
    {
        Assert.Equal(TinyModel.Bytes, System.IO.File.ReadAllBytes(Target));
        Assert.Equal([Target], Directory.GetFiles(Path.GetDirectoryName(Target)!));
    }

    /// <summary>The cache holds no file under the finished name.</summary>
    public void AssertNotPublished() => Assert.False(System.IO.File.Exists(Target));

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _folder.Dispose();
    }

    private static long BytesOf(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;
}
