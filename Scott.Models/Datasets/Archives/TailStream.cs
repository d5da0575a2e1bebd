namespace Scott.Models.Datasets;

/// <summary>Reads another stream, and counts the zeros at its end.</summary>
internal sealed class TailStream(Stream inner) : Stream
{
    /// <summary>How many zeros there are at the end of what is read so far.</summary>
    public long Zeros { get; private set; }

    /// <summary>Whether a read met the end of the data.</summary>
    public bool IsAtEnd { get; private set; }
    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        int read = inner.Read(buffer);
        Watch(buffer, read);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        Watch(buffer.Span, read);
        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private void Watch(ReadOnlySpan<byte> buffer, int read)
    {
        IsAtEnd |= read == 0 && buffer.Length > 0;
        int last = buffer[..read].LastIndexOfAnyExcept((byte)0);
        Zeros = last < 0 ? Zeros + read : read - 1 - last;
    }
}
