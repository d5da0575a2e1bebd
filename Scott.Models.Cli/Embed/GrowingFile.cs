namespace Scott.Models.Cli;

/// <summary>
/// A file that grows under the name <c>.part</c> beside its place, is cut back to its last whole record, and takes its name when it is published.
/// If it is not published, it is deleted.
/// </summary>
internal sealed class GrowingFile : IAsyncDisposable
{
    private readonly string _target;
    private readonly string _part;
    private readonly FileStream _stream;
    private long _wholeBytes;

    /// <param name="path">The name that it takes at the end; a file of that name stays until then.</param>
    public GrowingFile(string path)
    {
        _target = path;
        _part = path + ".part";

        // Unbuffered, so that after a failed write the file holds what was written before, with nothing left to flush.
        _stream = new FileStream(_part, FileMode.Create, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0, useAsync: true);
    }

    /// <summary>For a format that does its own writing; commit afterwards.</summary>
    public Stream Stream => _stream;

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes) => _stream.WriteAsync(bytes);

    /// <summary>Everything written so far is whole.</summary>
    public void Commit() => _wholeBytes = _stream.Position;

    /// <summary>Replaces the first bytes, once nothing more is to come.</summary>
    public ValueTask WriteStartAsync(ReadOnlyMemory<byte> bytes)
    {
        _stream.Position = 0;
        return _stream.WriteAsync(bytes);
    }

    /// <summary>Gives the file its name.</summary>
    public async Task PublishAsync()
    {
        _stream.SetLength(_wholeBytes);
        _stream.Flush(flushToDisk: true);
        await _stream.DisposeAsync();
        File.Move(_part, _target, overwrite: true);
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        File.Delete(_part);
    }
}
