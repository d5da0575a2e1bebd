namespace Scott.Models.Cli;

/// <summary>
/// A file that grows under the name <c>.part</c> beside its place, is cut back to its last whole record, and takes its name when it is published.
/// If it is disposed of before that, it is deleted.
/// </summary>
internal sealed class GrowingFile : IAsyncDisposable
{
    private readonly string _target;
    private readonly string _part;
    private readonly FileStream _stream;
    private bool _isKept;

    /// <param name="path">The name that it takes at the end; a file of that name stays until then.</param>
    public GrowingFile(string path)
    {
        _target = path;
        _part = path + ".part";

        // Unbuffered, so that after a failed write the file holds what was written before, with nothing left to flush.
        // Not shared, so that a second run with the same output fails instead of writing into the file of the first.
        _stream = new FileStream(_part, FileMode.Create, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, useAsync: true);
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
            await file._stream.DisposeAsync();
        }

        try
        {
            while (waiting.TryPeek(out GrowingFile? next))
            {
                File.Move(next._part, next._target, overwrite: true);
                waiting.Dequeue();
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
        await _stream.DisposeAsync();
        if (!_isKept)
            File.Delete(_part);
    }
}
