using System.Text.Json.Serialization;

namespace Scott.Models.Inference;

/// <summary>The plan of a job, as <c>_manifest.json</c> holds it: what makes the vectors, and which piece of the list of inputs each shard is. Its
/// size grows with the shards, not with the images. Immutable.</summary>
/// <remarks>The same inputs, fingerprint and shard size always give the same bytes. Its own checksum names the plan in every shard.</remarks>
internal sealed record JobManifest
{
    public const string FileName = "_manifest.json";
    public const int CurrentFormat = 1;
    public const string VectorOutput = "vector";
    private const int MaximumBytes = 1 << 28;

    private static readonly string NoChecksum = new('0', 2 * SHA256.HashSizeInBytes);

    [JsonRequired]
    public int Format { get; init; } = CurrentFormat;

    [JsonRequired]
    public required VectorFingerprint Fingerprint { get; init; }

    [JsonRequired]
    public string Output { get; init; } = VectorOutput;

    [JsonRequired]
    public required int ShardSize { get; init; }

    /// <summary>The images that the list names. Those in archives are not known before they are read.</summary>
    [JsonRequired]
    public required long Images { get; init; }

    [JsonRequired]
    public required long Archives { get; init; }

    /// <summary>The SHA-256 of the whole list of inputs.</summary>
    [JsonRequired]
    public required string InputsSha256 { get; init; }

    [JsonRequired]
    public required JobShard[] Shards { get; init; }

    /// <summary>The SHA-256 of this manifest with zeros in this place. It is the name of the plan.</summary>
    [JsonRequired]
    public string Sha256 { get; init; } = NoChecksum;

    public JobManifest Sealed()
    {
        JobManifest open = this with { Sha256 = NoChecksum };
        return open with { Sha256 = Convert.ToHexStringLower(SHA256.HashData(open.ToBytes())) };
    }

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, JobJsonContext.Default.JobManifest);

    /// <summary>Whether there is a manifest.</summary>
    /// <exception cref="EmbeddingJobException">The folder cannot be searched.</exception>
    public static bool IsThere(string path)
    {
        try
        {
            return FileKind.Find(path, followLinks: true) is not null;
        }
        catch (Exception exception) when (DiskFault.Is(exception))
        {
            throw new EmbeddingJobException(EmbeddingJobFault.NotReadable, path, $"cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Refuses a plan that would be too large to read.</summary>
    public static void RequireReadable(byte[] manifest, string folder)
    {
        if (manifest.Length > MaximumBytes)
        {
            throw new EmbeddingJobException(
                EmbeddingJobFault.Manifest, folder,
                "would have a plan of over 256 MiB. Give a larger shard size, tar archives instead of images, or make several jobs.");
        }
    }

    /// <exception cref="EmbeddingJobException">It is missing, damaged, or of a newer version.</exception>
    public static async Task<JobManifest> ReadAsync(string path, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> bytes;
        try
        {
            bytes = await PlainFile.ReadAsync(path, MaximumBytes, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (DiskFault.Is(exception))
        {
            throw new EmbeddingJobException(EmbeddingJobFault.NotReadable, path, $"cannot be read: {exception.Message}", exception);
        }

        return Parse(bytes.Span) ?? throw new EmbeddingJobException(
            EmbeddingJobFault.Manifest, path,
            "is damaged, or a newer version of this package wrote it. Remove it and run again with the same inputs: the same plan is made again, and "
                + "finished shards are kept.");
    }

    /// <summary>Reads a manifest; <see langword="null"/> if a single byte of it is not as it was written.</summary>
    private static JobManifest? Parse(ReadOnlySpan<byte> bytes)
    {
        try
        {
            JobManifest? found = JsonSerializer.Deserialize(bytes, JobJsonContext.Default.JobManifest);
            return found is { Format: CurrentFormat, Output: VectorOutput }
                && found.Sealed().Sha256 == found.Sha256 && found.ToBytes().AsSpan().SequenceEqual(bytes) ? found : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>One shard of a plan: a piece of the list of inputs.</summary>
/// <param name="Offset">Where the piece begins in the list, in bytes.</param>
/// <param name="Bytes">The length of the piece.</param>
/// <param name="Images">The images that it names; 0 for an archive, which it names alone.</param>
/// <param name="Sha256">The SHA-256 of the piece.</param>
internal readonly record struct JobShard(long Offset, int Bytes, int Images, string Sha256)
{
    [JsonIgnore]
    public bool IsArchive => Images == 0;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, WriteIndented = true, NewLine = "\n")]
[JsonSerializable(typeof(JobManifest))]
[JsonSerializable(typeof(JobTotals))]
internal sealed partial class JobJsonContext : JsonSerializerContext;
