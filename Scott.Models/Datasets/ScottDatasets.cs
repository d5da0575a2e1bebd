using Scott.Models.Datasets;
using Scott.Models.Downloads;

namespace Scott.Models;

/// <summary>
/// Downloads and unpacks published datasets. Thread-safe, also between processes that share a folder: one downloads, the others wait. An archive
/// is kept only if its checksum is the published one.
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
    /// Downloads a dataset's missing archives and unpacks them into a folder. An interrupted download resumes. An archive that is unpacked
    /// already is neither downloaded nor unpacked again.
    /// </summary>
    /// <param name="archives">The archives, for example <c>Flowers102.Archives</c>. Their addresses are https, or http to this machine.</param>
    /// <param name="folder">
    /// The target folder; created if it does not exist. Use one folder per dataset. The archives themselves are kept in its subfolder
    /// <c>archives</c>, with a file <c>NAME.unpacked</c> beside each archive that is unpacked. You can then delete the archive. If you delete
    /// <c>NAME.unpacked</c>, the archive is unpacked again.
    /// </param>
    /// <param name="options">How to download. If the network is forbidden, copy the archives into <c>archives</c> first.</param>
    /// <param name="progress">Reports each archive's progress.</param>
    /// <param name="cancellationToken">Cancels the download. The bytes received so far stay, and the next call resumes.</param>
    /// <exception cref="ArgumentException">An archive's file name, address or checksum is not legal, or two archives have the same name.</exception>
    /// <exception cref="DownloadException">An archive's address did not deliver the right bytes, or is not an allowed address.</exception>
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
