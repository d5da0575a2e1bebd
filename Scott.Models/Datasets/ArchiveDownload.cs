using Scott.Models.Datasets;
using Scott.Models.Downloads;

namespace Scott.Models;

/// <summary>One archive of a dataset: downloads its file into the folder of archives, and unpacks it into the folder above.</summary>
internal sealed class ArchiveDownload
{
    /// <summary>The ending of the marker file. It says that an archive is unpacked, and holds the checksum of that archive.</summary>
    public const string UnpackedEnding = ".unpacked";

    private const int LargestMarker = 1 << 10;

    private readonly DatasetArchive _archive;
    private readonly string _store;
    private readonly string _path;
    private readonly string _marker;
    private readonly ExpectedFile _file;
    private readonly HttpFileSource _source;
    private readonly TransferMeter _meter;
    private readonly DownloadOptions _options;

    public ArchiveDownload(DatasetArchive archive, string store, HttpExchange http, DownloadOptions options, IProgress<DownloadProgress>? progress)
    {
        _archive = archive;
        _store = store;
        _path = Path.Combine(store, archive.FileName);
        _marker = _path + UnpackedEnding;
        _file = new ExpectedFile(string.Empty, archive.FileName, archive.Bytes, FileChecksum.OfMd5(archive.Md5.ToLowerInvariant()), "its publisher");
        _source = new HttpFileSource(archive.Address, http);
        _meter = new TransferMeter(_file, progress, options.TimeProvider);
        _options = options;
    }

    /// <summary>Whether all files are unpacked. The marker is written after the last one.</summary>
    public bool IsUnpacked()
    {
        try
        {
            return FileKind.IsRegular(_marker)
                && new FileInfo(_marker).Length <= LargestMarker
                && File.ReadAllText(_marker).Trim() == _file.Checksum.Hex;
        }
        catch (Exception exception) when (DiskFault.Is(exception))
        {
            throw StorageException.Reading(_marker, exception);
        }
    }

    /// <summary>Whether the archive's file is there and is the right one, whoever put it there.</summary>
    public async Task<bool> IsHeldAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (!FileKind.IsRegular(_path))
                return false;

            await _archive.VerifyAsync(_path, null, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (DatasetArchiveException)
        {
            // The file is damaged, or belongs to another dataset: the download replaces it.
            return false;
        }
        catch (Exception exception) when (DiskFault.Is(exception))
        {
            throw StorageException.Reading(_path, exception);
        }
    }

    public Task FetchAsync(CancellationToken cancellationToken) =>
        FileFetcher.FetchAsync(_path, _file, [_source], _meter, _options, cancellationToken);

    public async Task UnpackAsync(CancellationToken cancellationToken)
    {
        string folder = Path.GetDirectoryName(_store)!;
        try
        {
            var unpacker = new ArchiveUnpacker(_path, folder, progress: null);
            await unpacker.RunAsync(_archive, cancellationToken).ConfigureAwait(false);

            // The marker is durable, so the files must be.
            await unpacker.FlushAsync(cancellationToken).ConfigureAwait(false);
            await AtomicFile.WriteBytesAsync(_marker, Encoding.ASCII.GetBytes(_file.Checksum.Hex), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (DiskFault.Is(exception))
        {
            throw StorageException.Writing(folder, exception);
        }
    }

    /// <summary>Reports how much another process has downloaded.</summary>
    public void ReportPart()
    {
        if (PartFile.LengthOf(_path) is > 0 and long bytes)
            _meter.Report(bytes);
    }

    public void ReportDone() => _meter.Finish(new FileInfo(_path) is { Exists: true } file ? file.Length : _archive.Bytes ?? 0);

    /// <summary>What is missing, for errors.</summary>
    public override string ToString() => string.Concat(
        $"'{_file.Name}' (", _file.Bytes is { } bytes ? $"{Plural.Of(bytes, "byte")}, " : string.Empty,
        $"{_file.Checksum}, from {_source.Name}", File.Exists(_path) ? "; another file is there under that name)" : ")");
}
