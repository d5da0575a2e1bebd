using System.Text.Json.Serialization;

namespace Scott.Models.Inference;

/// <summary>What a shard's file says of itself, as <c>scott.shard</c> in its footer: which shard of which plan it is, what it holds, and the SHA-256
/// of all its other bytes.</summary>
/// <remarks>The checksum is in the file, not beside it: one rename publishes both, and they cannot be parted. It is computed with zeros in its own
/// place, so it covers every byte of the file.</remarks>
internal sealed record ShardSeal
{
    public const string Key = "scott.shard";
    private const int TailBytes = 8; // the footer's length and the format's mark
    private const int LargestFooter = 1 << 26;
    private const int ChunkBytes = 1 << 20;

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
    public static async Task<ShardSeal?> CheckAsync(string path, string plan, int number, CancellationToken cancellationToken)
    {
        try
        {
            if (FileKind.Find(path, followLinks: true) is not { Type: FileType.Regular })
                return null;

            var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, useAsync: true);
            await using (stream.ConfigureAwait(false))
            {
                return await ReadFooterAsync(stream, cancellationToken).ConfigureAwait(false) is var (found, at)
                    && found.Plan == plan && found.Shard == number
                    && await HashAsync(stream, at, cancellationToken).ConfigureAwait(false) == found.Sha256 ? found : null;
            }
        }
        catch (Exception exception) when (DiskFault.Is(exception) || exception is JsonException)
        {
            return null; // It is computed again.
        }
    }

    private static async Task<(ShardSeal Seal, long ChecksumAt)?> ReadFooterAsync(FileStream stream, CancellationToken cancellationToken)
    {
        if (stream.Length < TailBytes)
            return null;

        byte[] tail = new byte[TailBytes];
        stream.Position = stream.Length - TailBytes;
        await stream.ReadExactlyAsync(tail, cancellationToken).ConfigureAwait(false);
        int length = BinaryPrimitives.ReadInt32LittleEndian(tail);
        if (length <= 0 || length > Math.Min(LargestFooter, stream.Length - TailBytes))
            return null;

        byte[] footer = new byte[length];
        long footerAt = stream.Length - TailBytes - length;
        stream.Position = footerAt;
        await stream.ReadExactlyAsync(footer, cancellationToken).ConfigureAwait(false);
        return Parse(footer) is var (seal, at) ? (seal, footerAt + at) : null;
    }

    private static (ShardSeal Seal, int ChecksumAt)? Parse(ReadOnlySpan<byte> footer)
    {
        int start = footer.LastIndexOf("{\"plan\":"u8);
        int length = start < 0 ? -1 : footer[start..].IndexOf((byte)'}') + 1;
        if (length <= 0 || JsonSerializer.Deserialize(footer.Slice(start, length), SealJsonContext.Default.ShardSeal) is not { } seal)
            return null;

        int at = footer.Slice(start, length).LastIndexOf(Encoding.UTF8.GetBytes(seal.Sha256));
        return seal.Sha256.Length == NoChecksum.Length && at >= 0 ? (seal, start + at) : null;
    }

    /// <summary>The SHA-256 of a file with zeros in the place of its checksum.</summary>
    private static async Task<string> HashAsync(FileStream stream, long checksumAt, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] chunk = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            async Task AddAsync(long count)
            {
                for (long left = count; left > 0;)
                {
                    int wanted = (int)Math.Min(chunk.Length, left);
                    await stream.ReadExactlyAsync(chunk.AsMemory(0, wanted), cancellationToken).ConfigureAwait(false);
                    hash.AppendData(chunk.AsSpan(0, wanted));
                    left -= wanted;
                }
            }

            stream.Position = 0;
            await AddAsync(checksumAt).ConfigureAwait(false);
            hash.AppendData(Encoding.UTF8.GetBytes(NoChecksum));
            stream.Position += NoChecksum.Length;
            await AddAsync(stream.Length - stream.Position).ConfigureAwait(false);
            return Convert.ToHexStringLower(hash.GetCurrentHash());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ShardSeal))]
internal sealed partial class SealJsonContext : JsonSerializerContext;
