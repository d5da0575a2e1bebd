using Scott.Models.Datasets;
using Scott.Models.Downloads;
using Scott.Models.Zoo;

namespace Scott.Models;

/// <summary>Brings a dataset's archives into a folder: all are fetched, then all are unpacked, under one lock.</summary>
internal sealed class DatasetDownload
{
    private const string StoreFolder = "archives";
    private const string LockFile = ".lock";

    private readonly ZooOptions _options;
    private readonly string _store;
    private readonly ArchiveDownload[] _archives;

    public DatasetDownload(IReadOnlyList<DatasetArchive> archives, string folder, ZooOptions options, IProgress<DownloadProgress>? progress)
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
            using IDisposable held = await CacheLock.AcquireAsync(
                Path.Combine(_store, LockFile), ReportOthers, _options.TimeProvider, cancellationToken).ConfigureAwait(false);
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
            {
                missing.Add(archive);
            }
        }

        RequireNetwork(missing);
        foreach (ArchiveDownload archive in missing)
        {
            await archive.FetchAsync(cancellationToken).ConfigureAwait(false);
        }

        foreach (ArchiveDownload archive in archives)
        {
            await archive.UnpackAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private void RequireNetwork(List<ArchiveDownload> missing)
    {
        if (missing.Count > 0 && ZooEnvironment.IsOffline(_options))
        {
            throw new ModelUnavailableException(
                ModelUnavailability.Offline,
                string.Empty,
                $"'{_store}' lacks {string.Join("; ", missing)}; and {ZooEnvironment.NetworkForbidden}. Allow it, or bring the files there from another machine.");
        }
    }

    /// <summary>Another process or thread is at it.</summary>
    private void ReportOthers() => Array.ForEach(_archives, archive => archive.ReportPart());
}
