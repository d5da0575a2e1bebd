using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Scott.Models.Datasets;
using Scott.Models.Downloads;

namespace Scott.Models.Tests.Zoo;

/// <summary>A server that holds a tiny dataset, a packed one of two files and one plain file, and an empty folder to download into.</summary>
internal sealed class DatasetFixture : IAsyncDisposable
{
    public const string PackedName = "images.tgz";
    public const string PlainName = "labels.mat";

    private const int ImageBytes = 200_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();

    private DatasetFixture(ModelServer server)
    {
        Server = server;
        Server.Answer = SendAsync;
    }

    public static byte[] Image { get; } = RandomBytes(ImageBytes);

    public static byte[] Packed { get; } = Pack(("jpg/1.jpg", Image), ("jpg/2.jpg", [2]));

    public static byte[] Plain { get; } = Encoding.ASCII.GetBytes("labels");

    public ModelServer Server { get; }

    public string Folder => _folder.File("dataset");

    public IReadOnlyList<DatasetArchive> Archives => [Archive(PackedName, Packed), Archive(PlainName, Plain)];

    /// <summary>Where the packed archive is kept once it is whole.</summary>
    public string PackedPath => Kept(PackedName);

    public static DownloadOptions Options => new()
    {
        ConnectionTimeout = TimeSpan.FromSeconds(20),
        StallTimeout = TimeSpan.FromSeconds(20),
        Retries = 2,
        RetryDelay = TimeSpan.FromMilliseconds(5),
        MaximumRetryDelay = TimeSpan.FromSeconds(2),
    };

    public static async Task<DatasetFixture> StartAsync() => new(await ModelServer.StartAsync());

    public static string Md5(byte[] bytes) => Convert.ToHexStringLower(CryptographicOperations.HashData(HashAlgorithmName.MD5, bytes));

    /// <summary>The same length, other content.</summary>
    public static byte[] Spoiled()
    {
        byte[] bytes = [.. Packed];
        bytes[^1] ^= 1;
        return bytes;
    }

    public DatasetArchive Archive(string name, byte[] bytes) => new(name, new Uri(Server.Address + name), Md5(bytes), bytes.Length);

    public string Kept(string name) => Path.Combine(Folder, "archives", name);

    /// <summary>Sends the file that is asked for, whole.</summary>
    public Task SendAsync(HttpContext context) => ModelServer.SendAsync(context, context.Request.Path == "/" + PackedName ? Packed : Plain);

    public Task DownloadAsync(
        IReadOnlyList<DatasetArchive>? archives = null,
        DownloadOptions? options = null,
        IProgress<DownloadProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        ScottDatasets.DownloadAsync(archives ?? Archives, Folder, options ?? Options, progress, cancellationToken);

    public async Task PartReachesAsync(long bytes)
    {
        using var timeout = new CancellationTokenSource(Patience);
        while (new FileInfo(PackedPath + ".part") is not { Exists: true } part || part.Length < bytes)
            await Task.Delay(5, timeout.Token);
    }

    /// <summary>The folder holds the dataset, its archives with their marks, and nothing unfinished.</summary>
    public void AssertWhole()
    {
        Assert.Equal(Image, File.ReadAllBytes(Path.Combine(Folder, "jpg", "1.jpg")));
        Assert.Equal(
            [
                "archives/.lock", "archives/images.tgz", "archives/images.tgz.unpacked", "archives/labels.mat", "archives/labels.mat.unpacked",
                "jpg/1.jpg", "jpg/2.jpg", "labels.mat",
            ],
            Files());
    }

    public string[] Files() =>
        [.. Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Folder, file).Replace('\\', '/'))
            .Order(StringComparer.Ordinal)];

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _folder.Dispose();
    }

    private static byte[] RandomBytes(int count)
    {
        byte[] bytes = new byte[count];
        new Random(1).NextBytes(bytes);
        return bytes;
    }

    private static byte[] Pack(params (string Name, byte[] Bytes)[] files)
    {
        using var packed = new MemoryStream();
        using (var zipped = new GZipStream(packed, CompressionLevel.Fastest))
        using (var writer = new TarWriter(zipped))
        {
            foreach ((string name, byte[] bytes) in files)
                writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(bytes) });
        }

        return packed.ToArray();
    }
}
