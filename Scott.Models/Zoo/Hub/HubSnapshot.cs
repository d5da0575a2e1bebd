using System.Text.Json.Serialization;

namespace Scott.Models.Zoo;

/// <summary>The files of a repository at one commit, as they were downloaded: written last, so that all of them are there.</summary>
internal sealed record HubSnapshot(string Repository, string Commit, IReadOnlyList<HubSnapshotFile> Files)
{
    /// <summary>The name of the record in the folder of the files.</summary>
    public const string FileName = "scott-hub.json";

    private const int MaximumBytes = 1 << 20;

    /// <summary>The record in a folder; <see langword="null"/> if there is none, or it is not readable.</summary>
    public static async Task<HubSnapshot?> FindAsync(string folder, CancellationToken cancellationToken)
    {
        string path = Path.Combine(folder, FileName);
        if (!FileKind.IsRegular(path))
            return null;

        try
        {
            ReadOnlyMemory<byte> json = await PlainFile.ReadAsync(path, MaximumBytes, cancellationToken).ConfigureAwait(false);
            HubSnapshot? snapshot = JsonSerializer.Deserialize(json.Span, HubJsonContext.Default.HubSnapshot);
            bool isPlain = snapshot is not null && snapshot.Files.All(file => file is not null && Path.GetFileName(file.Name) == file.Name);
            return isPlain ? snapshot : null;
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            return null; // The files are then downloaded again; those that are there stay.
        }
    }

    public Task WriteAsync(string folder, CancellationToken cancellationToken) => AtomicFile.WriteBytesAsync(
        Path.Combine(folder, FileName), JsonSerializer.SerializeToUtf8Bytes(this, HubJsonContext.Default.HubSnapshot), cancellationToken);

    /// <summary>Compares every file with the record: its length, and, up to a size, its checksum.</summary>
    public async Task<IReadOnlyList<FileVerification>> VerifyAsync(string folder, long hashedBytes, CancellationToken cancellationToken)
    {
        List<FileVerification> found = [];
        foreach (HubSnapshotFile file in Files)
        {
            found.Add(await ModelCache.VerifyAsync(
                Path.Combine(folder, file.Name), file.ToManifestFile(), hashedBytes, cancellationToken).ConfigureAwait(false));
        }

        return found;
    }
}

/// <summary>A file of a snapshot.</summary>
internal sealed record HubSnapshotFile(string Name, long Bytes, string Sha256)
{
    public ManifestFile ToManifestFile() => new(Name, Bytes, Sha256, null);
}

/// <summary>The commit that a branch or a tag had when it was last asked for.</summary>
internal sealed record HubReference(string Repository, string Revision, string Commit);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(HubSnapshot))]
[JsonSerializable(typeof(HubReference))]
internal sealed partial class HubJsonContext : JsonSerializerContext;
