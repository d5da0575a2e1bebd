using System.Formats.Tar;
using System.IO.Compression;

namespace Scott.Models.Datasets;

/// <summary>Unpacks one file into a folder.</summary>
internal sealed class ArchiveUnpacker(string path, string folder, IProgress<ArchiveProgress>? progress)
{
    private const int TarBlockBytes = 512;
    private const int FlushesAtOnce = 16;

    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly string _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
    private readonly List<string> _files = [];
    private ArchivePath? _paths;

    private ArchivePath Paths => _paths ??= new ArchivePath(_root, path);

    public async Task RunAsync(DatasetArchive archive, CancellationToken cancellationToken)
    {
        PlainFile.RequireReadable(path);
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 1 << 16, useAsync: true);
        await using (stream.ConfigureAwait(false))
        {
            Directory.CreateDirectory(_root);
            if (archive.IsTar)
                await UnpackAsync(stream, archive.IsCompressed, cancellationToken).ConfigureAwait(false);
            else
                await CopyAsync(stream, archive.FileName, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Flushes the files to disk. Several flushes at once share a commit of the file system; one by one, thousands take minutes.</summary>
    public Task FlushAsync(CancellationToken cancellationToken)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = FlushesAtOnce, CancellationToken = cancellationToken };
        return Parallel.ForEachAsync(_files, parallel, (file, _) =>
        {
            PlainFile.RequireReadable(file);
            using var handle = File.OpenHandle(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            RandomAccess.FlushToDisk(handle);
            return ValueTask.CompletedTask;
        });
    }

    private async Task CopyAsync(FileStream stream, string fileName, CancellationToken cancellationToken)
    {
        string target = Paths.FileOf(fileName);
        if (target != Path.GetFullPath(path))
            await WriteAsync(stream, target, cancellationToken).ConfigureAwait(false);

        Report(stream.Length, stream.Length);
    }

    private async Task UnpackAsync(FileStream stream, bool isCompressed, CancellationToken cancellationToken)
    {
        try
        {
            Stream unzipped = isCompressed ? new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true) : stream;
            await using (unzipped.ConfigureAwait(false))
            {
                var tar = new TailStream(unzipped);
                var reader = new TarReader(tar, leaveOpen: true);
                await using (reader.ConfigureAwait(false))
                {
                    while (await reader.GetNextEntryAsync(copyData: false, cancellationToken).ConfigureAwait(false) is { } entry)
                    {
                        await UnpackEntryAsync(entry, cancellationToken).ConfigureAwait(false);
                        Report(stream.Position, stream.Length);
                    }
                }

                // The checksum of the compressed data is compared only at the very end. If the data ends early between two entries, neither the
                // gzip stream nor the tar reader notices.
                await tar.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
                if (tar.Zeros < TarBlockBytes)
                    throw new InvalidDataException("It has no end mark.");
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException or FormatException)
        {
            string detail = $"the archive is damaged or ends early: {exception.Message} Fetch it again.";
            throw new DatasetArchiveException(path, DatasetArchiveFault.Corrupt, detail, exception);
        }
    }

    private async Task UnpackEntryAsync(TarEntry entry, CancellationToken cancellationToken)
    {
        switch (entry.EntryType)
        {
            case TarEntryType.GlobalExtendedAttributes:
                break;
            case TarEntryType.Directory:
                Paths.MakeFolder(entry.Name);
                break;
            case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                await WriteAsync(entry.DataStream ?? Stream.Null, Paths.FileOf(entry.Name), cancellationToken).ConfigureAwait(false);
                break;
            default:
                string detail = $"its entry '{Quoted.Value(entry.Name)}' has the type {entry.EntryType}; expected only files and folders.";
                throw new DatasetArchiveException(path, DatasetArchiveFault.UnsupportedEntry, detail) { Entry = entry.Name };
        }
    }

    /// <summary>Writes one file. It is not flushed to disk, see <see cref="FlushAsync"/>.</summary>
    private async Task WriteAsync(Stream content, string target, CancellationToken cancellationToken)
    {
        string part = ArchivePath.PartOf(target);
        FileStream file = PlainFile.Open(part, FileShare.None, replaces: true, bufferSize: 1 << 16);
        try
        {
            await using (file.ConfigureAwait(false))
            {
                file.SetLength(0);
                await content.CopyToAsync(file, cancellationToken).ConfigureAwait(false);
            }

            File.Move(part, target, overwrite: true);
            _files.Add(target);
        }
        catch (ArgumentOutOfRangeException exception) when (DiskFault.IsOfLength(exception))
        {
            throw DiskFault.FileTooLarge(target, exception);
        }
        finally
        {
            File.Delete(part);
        }
    }

    private void Report(long completed, long total) =>
        progress?.Report(new ArchiveProgress(completed, total, _files.Count, Stopwatch.GetElapsedTime(_started)));
}
