namespace Scott.Models.Datasets;

/// <summary>A file in which a dataset is published: an archive, or a file that is used as it is.</summary>
/// <param name="FileName">Its name.</param>
/// <param name="Address">Where its publisher, or a mirror with the same bytes, offers it.</param>
/// <param name="Md5">The MD5 sum published for it, in lower-case hexadecimal digits. It finds damage; it does not prove who made the file.</param>
/// <param name="Bytes">The bytes it has, if known.</param>
public sealed record DatasetArchive(string FileName, Uri Address, string Md5, long? Bytes)
{
    /// <summary>
    /// Whether <see cref="UnpackAsync"/> takes a tar archive apart (<c>.tar</c>, <c>.tar.gz</c>, <c>.tgz</c>), rather than copying the file.
    /// </summary>
    public bool IsTar =>
        IsCompressed || FileName.EndsWith(".tar", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the tar archive is compressed by gzip.</summary>
    internal bool IsCompressed =>
        FileName.EndsWith(".tgz", StringComparison.OrdinalIgnoreCase) || FileName.EndsWith(".tar.gz", StringComparison.OrdinalIgnoreCase);

    /// <summary>Checks that a file is this one.</summary>
    /// <param name="path">The file, under any name.</param>
    /// <param name="progress">Told after each mebibyte, on the thread that reads.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    /// <exception cref="DatasetArchiveException">Its size or its sum is another.</exception>
    /// <exception cref="IOException">It cannot be opened or read.</exception>
    public Task VerifyAsync(string path, IProgress<ArchiveProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return ArchiveChecksum.VerifyAsync(this, path, progress, cancellationToken);
    }

    /// <summary>
    /// Unpacks a tar archive into a folder, or copies a file of another kind there under its <see cref="FileName"/>. Files of the same name are replaced,
    /// each at once: one that is there is whole, and unpacking again mends what was broken off.
    /// </summary>
    /// <param name="path">The file, under any name. <see cref="VerifyAsync"/> it first.</param>
    /// <param name="folder">
    /// Where to; made if it does not exist. Nothing is written outside it, whatever the entries are called and whatever links are in the folder.
    /// </param>
    /// <param name="progress">Told after each file, on the thread that writes.</param>
    /// <param name="cancellationToken">Ends it; what is unpacked by then stays.</param>
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
    internal static DatasetArchive At(string folder, string fileName, string md5, long bytes) => new(fileName, new Uri(folder + fileName), md5, bytes);
}
