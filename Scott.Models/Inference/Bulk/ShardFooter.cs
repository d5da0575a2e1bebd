namespace Scott.Models.Inference;

/// <summary>The footer of a shard's file: Parquet's metadata, with the seal in it.</summary>
/// <param name="Seal">What the file says of itself.</param>
/// <param name="Bytes">Parquet's metadata.</param>
/// <param name="Offset">Where they begin in the file.</param>
/// <param name="ChecksumOffset">Where the seal's checksum begins in the file.</param>
internal sealed record ShardFooter(ShardSeal Seal, ReadOnlyMemory<byte> Bytes, long Offset, long ChecksumOffset)
{
    private const int TailBytes = 8; // the footer's length and the format's mark
    private const int LargestFooter = 1 << 26;
    private const int ChunkBytes = 1 << 20;

    /// <returns>The footer; <see langword="null"/> if the file has none with a seal.</returns>
    /// <exception cref="JsonException">The seal is damaged.</exception>
    public static async Task<ShardFooter?> ReadAsync(FileStream stream, CancellationToken cancellationToken)
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
        long offset = stream.Length - TailBytes - length;
        stream.Position = offset;
        await stream.ReadExactlyAsync(footer, cancellationToken).ConfigureAwait(false);
        return Parse(footer) is var (seal, at) ? new ShardFooter(seal, footer, offset, offset + at) : null;
    }

    /// <summary>Whether the whole file has the SHA-256 that its seal names.</summary>
    public async Task<bool> MatchesAsync(FileStream stream, CancellationToken cancellationToken)
    {
        // Computed with zeros in the place of the checksum.
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
            await AddAsync(ChecksumOffset).ConfigureAwait(false);
            hash.AppendData(Encoding.UTF8.GetBytes(ShardSeal.NoChecksum));
            stream.Position += ShardSeal.NoChecksum.Length;
            await AddAsync(stream.Length - stream.Position).ConfigureAwait(false);
            return Convert.ToHexStringLower(hash.GetCurrentHash()) == Seal.Sha256;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    private static (ShardSeal Seal, int ChecksumAt)? Parse(ReadOnlySpan<byte> footer)
    {
        int start = footer.LastIndexOf("{\"plan\":"u8);
        int length = start < 0 ? -1 : footer[start..].IndexOf((byte)'}') + 1;
        if (length <= 0 || ShardSeal.FromJson(footer.Slice(start, length)) is not { } seal)
            return null;

        int at = footer.Slice(start, length).LastIndexOf(Encoding.UTF8.GetBytes(seal.Sha256));
        return seal.Sha256.Length == ShardSeal.NoChecksum.Length && at >= 0 ? (seal, start + at) : null;
    }
}
