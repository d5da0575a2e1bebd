using Scott.Models.Datasets;
using Scott.Models.Downloads;

namespace Scott.Models;

/// <summary>Downloads a dataset's archives into a folder, then unpacks them, under one lock.</summary>
internal sealed class DatasetDownload
{
    private const string StoreFolder = "archives";
    private const string LockFile = ".lock";

    private readonly DownloadOptions _options;
    private readonly string _store;
    private readonly ArchiveDownload[] _archives;

    public DatasetDownload(IReadOnlyList<DatasetArchive> archives, string folder, DownloadOptions options, IProgress<DownloadProgress>? progress)
    {
        ArchiveArguments.Require(archives);
        options.Validate();
        _options = options;
        _store = Path.Combine(Path.GetFullPath(folder), StoreFolder);
        var http = new HttpExchange(options);
        _archives = [.. archives.Select(archive => new ArchiveDownload(archive, _store, http, options, progress))];
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (_archives.Any(archive => !archive.IsUnpacked()))
        {
            using IDisposable held = await DownloadLock.AcquireAsync(
                Path.Combine(_store, LockFile), ReportOthers, _options, cancellationToken).ConfigureAwait(false);
            await RunLockedAsync([.. _archives.Where(archive => !archive.IsUnpacked())], cancellationToken).ConfigureAwait(false);
        }

        Array.ForEach(_archives, archive => archive.ReportDone());
    }

    private async Task RunLockedAsync(ArchiveDownload[] archives, CancellationToken cancellationToken)
    {
        List<ArchiveDownload> missing = [];
        foreach (ArchiveDownload archive in archives)
        {
            if (!await archive.IsHeldAsync(cancellationToken).ConfigureAwait(false))
                missing.Add(archive);
        }

        RequireNetwork(missing);
        foreach (ArchiveDownload archive in missing)
            await archive.FetchAsync(cancellationToken).ConfigureAwait(false);

        foreach (ArchiveDownload archive in archives)
            await archive.UnpackAsync(cancellationToken).ConfigureAwait(false);
    }

    private void RequireNetwork(List<ArchiveDownload> missing)
    {
        if (missing.Count > 0 && _options.IsOffline)
        {
            throw new ModelUnavailableException(
                ModelUnavailableFault.Offline,
                string.Empty,
                $"'{_store}' lacks {string.Join("; ", missing)}; and {_options.NetworkForbidden}. "
                    + "Allow it, or copy the files there from another machine.");
        }
    }

    /// <summary>Reports the progress of another process or thread that is downloading.</summary>
    private void ReportOthers() => Array.ForEach(_archives, archive => archive.ReportPart());
}
