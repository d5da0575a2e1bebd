using System.Security.Cryptography;
using Scott.Models.Inference;

namespace Scott.Models.Tests.Inference;

/// <summary>Drawn images, one of them damaged, and extractors of one tiny model with one and with two threads.</summary>
public sealed class BulkFixture : IDisposable
{
    public const int Images = 30;
    public const int Width = 32;

    /// <summary>The image that is no image.</summary>
    public const int Broken = 5;

    private readonly TemporaryFolder _folder = new();
    private readonly ScottModel _model = ScottModel.Create(Architectures.Tiny, seed: 5);

    public BulkFixture()
    {
        Directory.CreateDirectory(ImageFolder);
        for (int i = 0; i < Images; i++)
        {
            byte[] bytes = i == Broken ? "no image"u8.ToArray() : DrawnImages.Draw(i).EncodePng();
            File.WriteAllBytes(Path.Combine(ImageFolder, Key(i)), bytes);
        }

        One = _model.ExtractFeatures().WithThreads(1).Build();
        Two = _model.ExtractFeatures().WithThreads(2).Build();
        Other = ScottModel.Create(Architectures.Tiny, seed: 6).ExtractFeatures().WithThreads(1).Build();
    }

    public string ImageFolder => _folder.File("images");

    public FeatureExtractor One { get; }

    public FeatureExtractor Two { get; }

    /// <summary>An extractor of another model.</summary>
    public FeatureExtractor Other { get; }

    public static string Key(int i) => $"{i:D3}.png";

    public string NewFolder() => _folder.File(Guid.NewGuid().ToString("N"));

    public byte[] Bytes(int i) => File.ReadAllBytes(Path.Combine(ImageFolder, Key(i)));

    internal EmbeddingJobInputs Inputs(IEnumerable<string> keys) => EmbeddingJobInputs.FromStore(new FileImageStore(ImageFolder), keys);

    internal Task<EmbeddingJob> PlanAsync(string folder, int shardSize, FeatureExtractor? extractor = null) => EmbeddingJob.PlanAsync(
        folder, extractor ?? One, EmbeddingJobInputs.FromFolder(ImageFolder), new EmbeddingJobOptions { ShardSize = shardSize },
        TestContext.Current.CancellationToken);

    /// <summary>The names of a folder's files with the hash of each.</summary>
    public static string[] Snapshot(string folder) =>
    [
        .. Directory.EnumerateFileSystemEntries(folder)
            .Select(path => $"{Path.GetFileName(path)} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)))}")
            .Order(StringComparer.Ordinal),
    ];

    public void Dispose()
    {
        One.Dispose();
        Two.Dispose();
        Other.Dispose();
        _folder.Dispose();
    }
}
