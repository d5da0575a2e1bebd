using System.Text.Json.Serialization;

namespace Scott.Models.Inference;

/// <summary>What a shard's file says of itself, as <c>scott.shard</c> in its footer: which shard of which plan it is, what it holds, and the SHA-256
/// of all its other bytes.</summary>
/// <remarks>The checksum is in the file, not beside it: one rename publishes both, and they cannot be parted. It is computed with zeros in its own
/// place, so it covers every byte of the file.</remarks>
internal sealed record ShardSeal
{
    public const string Key = "scott.shard";
    public static readonly string NoChecksum = new('0', 2 * SHA256.HashSizeInBytes);

    [JsonRequired]
    public required string Plan { get; init; }

    [JsonRequired]
    public required int Shard { get; init; }

    [JsonRequired]
    public required long Images { get; init; }

    [JsonRequired]
    public required long Failed { get; init; }

    [JsonRequired]
    public required long Ignored { get; init; }

    [JsonRequired]
    public string Sha256 { get; init; } = NoChecksum;

    public static ShardSeal? FromJson(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, SealJsonContext.Default.ShardSeal);

    public string ToJson() => JsonSerializer.Serialize(this, SealJsonContext.Default.ShardSeal);

    /// <summary>Where the checksum's digits are in bytes that hold this seal without its checksum.</summary>
    public int FindChecksum(ReadOnlySpan<byte> footer)
    {
        byte[] json = Encoding.UTF8.GetBytes((this with { Sha256 = NoChecksum }).ToJson());
        int start = footer.LastIndexOf(json);
        return start < 0 ? throw new InvalidOperationException("The footer of a shard does not hold its seal.")
            : start + json.AsSpan().LastIndexOf(Encoding.UTF8.GetBytes(NoChecksum));
    }

    /// <summary>Reads and checks a whole file.</summary>
    /// <returns>The seal; <see langword="null"/> if there is no file, or it is not whole, not a shard, or not the shard asked for.</returns>
    /// <exception cref="EmbeddingJobException">The file is there and cannot be read. It may be sound, so it is not computed again.</exception>
    public static async Task<ShardSeal?> CheckAsync(string path, string plan, int number, CancellationToken cancellationToken)
    {
        try
        {
            if (FileKind.Find(path, followLinks: true) is not { Type: FileType.Regular })
                return null;

            var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, useAsync: true);
            await using (stream.ConfigureAwait(false))
            {
                return await ShardFooter.ReadAsync(stream, cancellationToken).ConfigureAwait(false) is { Seal: ShardSeal found } footer
                    && found.Plan == plan && found.Shard == number
                    && await footer.MatchesAsync(stream, cancellationToken).ConfigureAwait(false) ? found : null;
            }
        }
        catch (Exception exception) when (exception is EndOfStreamException or FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null; // It is computed again.
        }
        catch (Exception exception) when (DiskFault.Is(exception))
        {
            throw new EmbeddingJobException(
                EmbeddingJobFault.NotReadable, path,
                $"cannot be read: {exception.Message} Make it readable and run again, or delete it if it is to be computed again.", exception);
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ShardSeal))]
internal sealed partial class SealJsonContext : JsonSerializerContext;
