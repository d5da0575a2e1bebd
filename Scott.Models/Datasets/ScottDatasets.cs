using Scott.Models.Datasets;
using Scott.Models.Downloads;

namespace Scott.Models;

/// <summary>
/// Published datasets, downloaded and unpacked. Thread-safe, and safe among processes that share a folder: one downloads, the others wait, and no
/// archive is kept whose checksum is not the published one.
/// </summary>
/// <example>
/// <code>
/// await ScottDatasets.DownloadAsync(Flowers102.Archives, "flowers");
/// Flowers102 flowers = await Flowers102.OpenAsync("flowers");
/// </code>
/// </example>
public static class ScottDatasets
{
    /// <summary>
    /// Downloads those of a dataset's archives that a folder lacks, and unpacks them into it. An interrupted download resumes; what is unpacked
    /// is neither downloaded nor unpacked again.
    /// </summary>
    /// <param name="archives">The archives, for example <c>Flowers102.Archives</c>. Their addresses are https, or http to this machine.</param>
    /// <param name="folder">
    /// Where to; made if it does not exist. Use one folder per dataset. The archives themselves are kept below it
    /// in <c>archives</c>, with a file <c>NAME.unpacked</c> beside each that is unpacked: with that file there, the archive can be removed; with that
    /// file removed, it is unpacked again.
    /// </param>
    /// <param name="options">How to download. When the network is forbidden, archives that you copied into <c>archives</c> are used.</param>
    /// <param name="progress">Reports each archive's progress.</param>
    /// <param name="cancellationToken">Stops. What has arrived stays, and the next call resumes from it.</param>
    /// <exception cref="ArgumentException">An archive's file name, address or checksum is not one, or two archives have the same name.</exception>
    /// <exception cref="DownloadException">An archive's address did not deliver the right bytes, or is one that is not asked.</exception>
    /// <exception cref="ModelUnavailableException">Archives are missing, and the network is forbidden.</exception>
    /// <exception cref="DatasetArchiveException">An archive has the published checksum, but is damaged or has an entry that is refused.</exception>
    /// <exception cref="StorageException">The disk is full, or the folder cannot be read or written.</exception>
    public static Task DownloadAsync(
        IReadOnlyList<DatasetArchive> archives, string folder, DownloadOptions? options = null,
        IProgress<DownloadProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(archives);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return new DatasetDownload(archives, folder, options ?? new DownloadOptions(), progress).RunAsync(cancellationToken);
    }
}
