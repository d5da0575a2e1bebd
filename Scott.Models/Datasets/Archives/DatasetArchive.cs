namespace Scott.Models.Datasets;

/// <summary>A file in which a dataset is published: an archive, or a file that is used as it is.</summary>
/// <param name="FileName">The file's name, without folders.</param>
/// <param name="Address">Where its publisher, or a mirror with the same bytes, offers it.</param>
/// <param name="Md5">The MD5 sum published for it, as 32 hexadecimal digits. It finds damage; it does not prove who made the file.</param>
/// <param name="Bytes">The file's size in bytes, if known.</param>
public sealed record DatasetArchive(string FileName, Uri Address, string Md5, long? Bytes)
{
    private const int BlockBytes = 1 << 20;

    /// <summary>
    /// Whether <see cref="UnpackAsync"/> unpacks a tar archive (<c>.tar</c>, <c>.tar.gz</c>, <c>.tgz</c>) rather than copying the file.
    /// </summary>
    public bool IsTar => IsCompressed || FileName.EndsWith(".tar", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the tar archive is compressed by gzip.</summary>
    internal bool IsCompressed =>
        FileName.EndsWith(".tgz", StringComparison.OrdinalIgnoreCase) || FileName.EndsWith(".tar.gz", StringComparison.OrdinalIgnoreCase);

    /// <summary>Checks that a file is this archive, by its size and MD5 sum.</summary>
    /// <param name="path">The file; its name does not matter.</param>
    /// <param name="progress">Called after each mebibyte, on the thread that reads.</param>
    /// <param name="cancellationToken">Cancels the check.</param>
    /// <exception cref="DatasetArchiveException">Its size or its sum differs.</exception>
    /// <exception cref="IOException">It cannot be opened or read.</exception>
    public async Task VerifyAsync(string path, IProgress<ArchiveProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        PlainFile.RequireReadable(path);
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, useAsync: true);
        await using (stream.ConfigureAwait(false))
        {
            string advice = $"Fetch it again from {AddressText.Of(Address)}.";
            if (Bytes is { } expected && stream.Length != expected)
            {
                string detail = $"it has {Plural.Of(stream.Length, "byte")}; expected the {expected} of {FileName}. {advice}";
                throw new DatasetArchiveException(path, DatasetArchiveFault.WrongSize, detail);
            }

            string actual = await Md5Async(stream, progress, cancellationToken).ConfigureAwait(false);
            if (!string.Equals(actual, Md5, StringComparison.OrdinalIgnoreCase))
            {
                string detail = $"its MD5 sum is {actual}; expected {Md5}, that of {FileName}. {advice}";
                throw new DatasetArchiveException(path, DatasetArchiveFault.WrongChecksum, detail) { ExpectedMd5 = Md5, ActualMd5 = actual };
            }
        }
    }

    /// <summary>
    /// Unpacks a tar archive into a folder, or copies a file of another kind there under its <see cref="FileName"/>. Files of the same name are
    /// replaced atomically, so every file there is complete. After an interrupted run, unpack again.
    /// </summary>
    /// <param name="path">The file; its name does not matter. Call <see cref="VerifyAsync"/> first.</param>
    /// <param name="folder">
    /// The folder; created if it does not exist. Nothing is written outside it, whatever the entries are called and whatever links are in the folder.
    /// </param>
    /// <param name="progress">Called after each file, on the thread that writes.</param>
    /// <param name="cancellationToken">Cancels the run; files already unpacked stay.</param>
    /// <exception cref="DatasetArchiveException">The archive is damaged, or has an entry that is refused.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public Task UnpackAsync(string path, string folder, IProgress<ArchiveProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return new ArchiveUnpacker(path, folder, progress).RunAsync(this, cancellationToken);
    }

    /// <summary>The file, its address without its query, its sum and its length.</summary>
    public override string ToString() =>
        $"{FileName} from {AddressText.Of(Address)}, MD5 {Md5}{(Bytes is { } bytes ? ", " + Plural.Of(bytes, "byte") : string.Empty)}";

    /// <summary>A file whose address ends in its name.</summary>
    internal static DatasetArchive At(string folder, string fileName, string md5, long bytes) =>
        new(fileName, new Uri(folder + fileName), md5, bytes);

    private static async Task<string> Md5Async(FileStream stream, IProgress<ArchiveProgress>? progress, CancellationToken cancellationToken)
    {
        (long started, long length, long done) = (Stopwatch.GetTimestamp(), stream.Length, 0);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        byte[] block = new byte[BlockBytes];
        for (int read; (read = await stream.ReadAsync(block, cancellationToken).ConfigureAwait(false)) > 0;)
        {
            hash.AppendData(block, 0, read);
            done += read;
            progress?.Report(new ArchiveProgress(done, length, 0, Stopwatch.GetElapsedTime(started)));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

/// <summary>How far the check or the unpacking of an archive is.</summary>
/// <param name="CompletedBytes">The archive's bytes read so far.</param>
/// <param name="TotalBytes">The size of the archive in bytes.</param>
/// <param name="Files">The files written so far.</param>
/// <param name="Elapsed">The time since it began.</param>
public readonly record struct ArchiveProgress(long CompletedBytes, long TotalBytes, int Files, TimeSpan Elapsed)
{
    /// <summary>The time left at the rate so far, if anything is read.</summary>
    public TimeSpan? Remaining => CompletedBytes > 0 ? Elapsed * ((double)(TotalBytes - CompletedBytes) / CompletedBytes) : null;
}
