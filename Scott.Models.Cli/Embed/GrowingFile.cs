namespace Scott.Models.Cli;

/// <summary>
/// A file that grows under the name <c>.part</c> beside its place, is cut back to its last whole record, and takes its name when it is published.
/// If it is disposed of before that, it is deleted.
/// </summary>
/// <remarks>
/// Two runs may have one output. A part is locked as long as it has its name: on Unix it is renamed or deleted while it is open, so that no other run
/// can empty it just before it is published. Windows cannot rename an open file: there a part that nobody holds open counts as left behind only
/// after 2 seconds.
/// </remarks>
internal sealed class GrowingFile : IAsyncDisposable
{
    private const int Attempts = 10;

    private static readonly TimeSpan LeastAge = TimeSpan.FromSeconds(2);

    private readonly string _target;
    private readonly string _part;
    private readonly FileStream _stream;
    private bool _isKept; // published, or left for the user

    /// <param name="path">The name that it takes at the end; a file of that name stays until then.</param>
    /// <exception cref="IOException">Another run writes the same file.</exception>
    public GrowingFile(string path)
    {
        _target = path;
        _part = path + ".part";
        _stream = OpenPart(_part);
    }

    /// <summary>The bytes that are whole.</summary>
    public long WholeBytes { get; private set; }

    public Task WriteAsync(ReadOnlyMemory<byte> bytes) => WriteAsync(stream => stream.WriteAsync(bytes).AsTask());

    /// <summary>For a format that does its own writing; commit afterwards.</summary>
    /// <exception cref="IOException">The disk is full, or the file would be longer than its file system allows, such as 4 GiB on FAT.</exception>
    public async Task WriteAsync(Func<Stream, Task> write)
    {
        try
        {
            await write(_stream);
        }
        catch (ArgumentOutOfRangeException exception) when (exception.ParamName == "value")
        {
            throw new IOException($"'{_part}' would be longer than its file system allows.", exception);
        }
    }

    /// <summary>Everything written so far is whole.</summary>
    public void Commit() => WholeBytes = _stream.Position;

    /// <summary>Reads the last bytes of what is whole.</summary>
    public async Task<byte[]> ReadEndAsync(int count)
    {
        byte[] end = new byte[count];
        _stream.Position = WholeBytes - count;
        await _stream.ReadExactlyAsync(end);
        return end;
    }

    /// <summary>Writes the last bytes of what is whole again, after something overwrote them. Most file systems need no space for that.</summary>
    /// <returns>False if they cannot be written.</returns>
    public async Task<bool> TryRestoreEndAsync(ReadOnlyMemory<byte> end)
    {
        try
        {
            _stream.SetLength(WholeBytes); // makes room on a full disk
            _stream.Position = WholeBytes - end.Length;
            await WriteAsync(end);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Replaces the first bytes, once nothing more is to come.</summary>
    public ValueTask WriteStartAsync(ReadOnlyMemory<byte> bytes)
    {
        _stream.Position = 0;
        return _stream.WriteAsync(bytes);
    }

    /// <summary>Gives files their names, in order.</summary>
    /// <exception cref="IOException">One cannot get its name. It and the next ones are kept as they are called; the message names them.</exception>
    public static async Task PublishAsync(params IEnumerable<GrowingFile?> files)
    {
        var waiting = new Queue<GrowingFile>(files.OfType<GrowingFile>());

        // All are cut back first, which makes room on a full disk.
        foreach (GrowingFile file in waiting)
            file._stream.SetLength(file.WholeBytes);

        foreach (GrowingFile file in waiting)
        {
            file._stream.Flush(flushToDisk: true);
            if (OperatingSystem.IsWindows())
                await file._stream.DisposeAsync();
        }

        try
        {
            while (waiting.TryPeek(out GrowingFile? next))
            {
                File.Move(next._part, next._target, overwrite: true);
                next._isKept = true;
                waiting.Dequeue();
                await next._stream.DisposeAsync();
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            foreach (GrowingFile file in waiting)
                file._isKept = true;

            throw new IOException(
                $"'{waiting.Peek()._target}' cannot be replaced: {exception.Message} "
                    + $"What is finished is kept in '{string.Join("', '", waiting.Select(file => file._part))}'.",
                exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        bool isDeleted = !_isKept;
        _isKept = true; // a second call must not delete the part of another run
        try
        {
            if (isDeleted && !OperatingSystem.IsWindows())
                File.Delete(_part);
        }
        finally
        {
            await _stream.DisposeAsync();
        }

        if (isDeleted && OperatingSystem.IsWindows())
            File.Delete(_part);
    }

    /// <summary>Makes the part, or takes over one that was left behind. Nothing is emptied before it is certain that it is a part.</summary>
    private static FileStream OpenPart(string part)
    {
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            if (OperatingSystem.IsWindows() && DateTime.UtcNow - File.GetLastWriteTimeUtc(part) < LeastAge)
                throw new IOException($"'{part}' was written a moment ago, maybe by a run that is about to end; try again in a few seconds.");

            // Unbuffered, so that after a failed write the file holds what was written before, with nothing left to flush.
            // Not shared, so that a second run with the same output fails instead of writing into the file of the first.
            var stream = new FileStream(part, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, useAsync: true);
            if (HasItsName(stream))
            {
                stream.SetLength(0);
                return stream;
            }

            stream.Dispose();
        }

        throw new IOException($"'{part}' cannot be opened: it is a link, or other runs keep replacing it. Remove it, or name another output.");
    }

    /// <summary>Whether an open file still has the name of a part. It lost it if its run published or deleted it before it was locked here.</summary>
    private static bool HasItsName(FileStream part)
    {
        if (!File.Exists(part.Name))
            return false;

        // A newer part may have the name. Linux tells the name of an open file.
        string? name = OperatingSystem.IsLinux() ? new FileInfo($"/proc/self/fd/{part.SafeFileHandle.DangerousGetHandle()}").LinkTarget : null;
        return name is null || Path.GetFileName(name) == Path.GetFileName(part.Name);
    }
}
