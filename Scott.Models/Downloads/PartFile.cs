namespace Scott.Models.Downloads;

/// <summary>The received part of a file, <c>NAME.part</c>, and the origin of its bytes, <c>NAME.part.json</c>. Both files stay when the process
/// ends. The caller holds the folder's lock.</summary>
internal sealed class PartFile : IAsyncDisposable
{
    public const string Ending = ".part";
    public const string OriginEnding = ".part.json";

    private readonly string _target;
    private readonly string _path;
    private readonly FileStream _file;
    private readonly Stream _writer;
    private readonly DownloadOptions _options;
    private bool _isOpen = true;

    private PartFile(string target, ExpectedFile file, FileStream stream, DownloadOptions options)
    {
        _target = target;
        _path = target + Ending;
        File = file;
        _file = stream;
        _writer = options.WrapPartStream(stream);
        _options = options;
    }

    /// <summary>What the finished file must be.</summary>
    public ExpectedFile File { get; }
    public long Length => _file.Length;

    /// <summary>Where the bytes came from, or <see langword="null"/> if that is not known or there are none.</summary>
    public PartOrigin? Origin { get; private set; }

    /// <summary>Opens the part that an earlier download left, or makes an empty one.</summary>
    public static PartFile Open(string target, ExpectedFile file, DownloadOptions options)
    {
        string path = target + Ending;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            RequireNoFolder(target);
            FileStream stream = PlainFile.Open(path, FileShare.Read, replaces: true);
            try
            {
                var part = new PartFile(target, file, stream, options);
                PartOrigin? origin = PartOrigin.Read(target + OriginEnding);
                bool isOther = origin is not null && !origin.IsFor(file);
                if (isOther || part.Length > file.Bytes)
                    part.Discard();
                else if (part.Length > 0)
                    part.Origin = origin;

                return part;
            }
            catch
            {
                stream.Dispose();
                throw;
            }
        }
        catch (Exception exception) when (DiskFault.Is(exception))
        {
            throw StorageException.Writing(path, exception, options.StorageAdvice);
        }
    }

    /// <summary>The number of bytes that another process has downloaded of a file.</summary>
    public static long LengthOf(string target) => new FileInfo(target + Ending) is { Exists: true } part ? part.Length : 0;

    /// <summary>Drops all bytes, and records the source of the next ones.</summary>
    public void Restart(PartOrigin origin)
    {
        Discard();
        SetOrigin(origin);
    }

    /// <summary>Records where the next bytes come from.</summary>
    public void SetOrigin(PartOrigin origin)
    {
        try
        {
            origin.Write(_target + OriginEnding);
            Origin = origin;
        }
        catch (Exception exception) when (DiskFault.Is(exception))
        {
            throw Unwritable(_target + OriginEnding, exception);
        }
    }

    public async ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            _file.Seek(0, SeekOrigin.End);
            await _writer.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        }
        catch (ArgumentOutOfRangeException exception) when (DiskFault.IsOfLength(exception))
        {
            throw Unwritable(_path, DiskFault.FileTooLarge(_path, exception));
        }
        catch (Exception exception) when (DiskFault.Is(exception))
        {
            throw Unwritable(_path, exception);
        }
    }

    /// <summary>Drops the bytes first, then their origin. So no bytes can seem to come from another source.</summary>
    public void Discard()
    {
        try
        {
            _file.SetLength(0);
            System.IO.File.Delete(_target + OriginEnding);
            Origin = null;
        }
        catch (Exception exception) when (DiskFault.Is(exception))
        {
            throw Unwritable(_path, exception);
        }
    }

    /// <summary>The checksum of all bytes on disk, including those that other processes wrote.</summary>
    public async Task<FileChecksum> ChecksumAsync(CancellationToken cancellationToken)
    {
        try
        {
            _file.Seek(0, SeekOrigin.Begin);
            return await File.Checksum.ComputeAsync(_file, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (DiskFault.Is(exception))
        {
            throw StorageException.Reading(_path, exception);
        }
    }

    /// <summary>Flushes the part to disk, closes it, and renames it to the final name.</summary>
    public async Task PublishAsync()
    {
        try
        {
            _file.Flush(flushToDisk: true);
            RequireStillThere();
            await DisposeAsync().ConfigureAwait(false);
            System.IO.File.Move(_path, _target, overwrite: true);
            System.IO.File.Delete(_target + OriginEnding);
        }
        catch (Exception exception) when (DiskFault.Is(exception))
        {
            throw Unwritable(_target, exception);
        }
    }

    /// <summary>Closes the part. It stays for a later download, unless there is nothing in it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_isOpen)
            return;

        _isOpen = false;
        bool isEmpty = Length == 0;
        await _file.DisposeAsync().ConfigureAwait(false);
        if (isEmpty)
            System.IO.File.Delete(_path);
    }

    /// <summary>Refuses a folder that has the name of the finished file. Otherwise it would be noticed only after the last byte.</summary>
    private static void RequireNoFolder(string target)
    {
        if (FileKind.Find(target, followLinks: false) is { Type: FileType.Directory } folder)
            throw new NotPlainFileException(target, folder);
    }

    /// <summary>Checks that the path still leads to the file that was written and checked.</summary>
    private void RequireStillThere()
    {
        if (FileKind.Of(_file.SafeFileHandle) is { } written && FileKind.Find(_path, followLinks: false) != written)
            throw StorageException.Replaced(_path);
    }

    private StorageException Unwritable(string path, Exception exception) => StorageException.Writing(path, exception, _options.StorageAdvice);
}
