namespace Scott.Models.Inference;

/// <summary>The file <c>_inputs.txt</c>: the keys of all inputs, one in each line, written once. A shard reads only its own piece.</summary>
/// <remarks>UTF-8. A backslash and a line end in a key stand as <c>\\</c>, <c>\n</c> and <c>\r</c>.</remarks>
internal sealed class JobInputList(EmbeddingJobInputs inputs, VectorFingerprint fingerprint, int shardSize)
{
    public const string FileName = "_inputs.txt";

    /// <summary>Whether the inputs are being listed, and nothing is being written: an error is then theirs.</summary>
    public bool IsListing { get; private set; }

    /// <summary>Writes the list, and returns the plan that it gives.</summary>
    public async Task<JobManifest> WriteAsync(Stream list, CancellationToken cancellationToken)
    {
        using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = new ArrayBufferWriter<byte>();
        List<JobShard> shards = [];
        (long offset, int gathered, long images, long archives) = (0, 0, 0, 0);
        async Task EndShardAsync(int count)
        {
            shards.Add(new JobShard(offset, piece.WrittenCount, count, Convert.ToHexStringLower(SHA256.HashData(piece.WrittenSpan))));
            whole.AppendData(piece.WrittenSpan);
            IsListing = false;
            await list.WriteAsync(piece.WrittenMemory, cancellationToken).ConfigureAwait(false);
            IsListing = true;
            offset += piece.WrittenCount;
            gathered = 0;
            piece.ResetWrittenCount();
        }

        IsListing = true;
        await foreach (string key in inputs.KeysAsync(cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            bool isArchive = TarImages.Is(key);
            if (isArchive && gathered > 0)
                await EndShardAsync(gathered).ConfigureAwait(false);

            Encoding.UTF8.GetBytes(Escape(key), piece);
            piece.Write("\n"u8);
            (images, archives, gathered) = isArchive ? (images, archives + 1, 0) : (images + 1, archives, gathered + 1);
            if (isArchive || gathered == shardSize)
                await EndShardAsync(gathered).ConfigureAwait(false);
        }

        if (gathered > 0)
            await EndShardAsync(gathered).ConfigureAwait(false);

        IsListing = false;
        return new JobManifest
        {
            Fingerprint = fingerprint,
            ShardSize = shardSize,
            Images = images,
            Archives = archives,
            InputsSha256 = Convert.ToHexStringLower(whole.GetCurrentHash()),
            Shards = [.. shards],
        }.Sealed();
    }

    /// <summary>The keys of one shard.</summary>
    /// <exception cref="EmbeddingJobException">The list is not the one of the plan.</exception>
    public static async Task<string[]> ReadAsync(string path, JobShard shard, CancellationToken cancellationToken)
    {
        byte[] piece = new byte[shard.Bytes];
        try
        {
            PlainFile.RequireReadable(path);
            var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, useAsync: true);
            await using (stream.ConfigureAwait(false))
            {
                stream.Position = shard.Offset;
                await stream.ReadAtLeastAsync(piece, piece.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (DiskFault.Is(exception))
        {
            throw Fault(path, $"cannot be read: {exception.Message}", exception);
        }

        if (Convert.ToHexStringLower(SHA256.HashData(piece)) != shard.Sha256)
            throw Fault(path, "is not the list that the plan was made of.", null);

        string[] lines = Encoding.UTF8.GetString(piece).Split('\n');
        return [.. lines.Take(lines.Length - 1).Select(Unescape)];
    }

    private static EmbeddingJobException Fault(string path, string detail, Exception? exception) => new(
        EmbeddingJobFault.InputList, path,
        $"{detail} Remove it and '{JobManifest.FileName}' beside it, and run again with the same inputs: finished shards are kept.", exception);

    private static string Escape(string key) => key.AsSpan().IndexOfAny('\\', '\n', '\r') < 0 ? key
        : key.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)
            .Replace("\r", "\\r", StringComparison.Ordinal);

    private static string Unescape(string line)
    {
        if (!line.Contains('\\', StringComparison.Ordinal))
            return line;

        var key = new StringBuilder(line.Length);
        for (int i = 0; i < line.Length; i++)
        {
            bool isEscaped = line[i] == '\\' && i + 1 < line.Length;
            key.Append(!isEscaped ? line[i] : line[++i] switch { 'n' => '\n', 'r' => '\r', char other => other });
        }

        return key.ToString();
    }
}
