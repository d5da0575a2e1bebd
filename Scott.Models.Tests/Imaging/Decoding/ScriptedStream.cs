namespace Scott.Models.Tests.Imaging;

/// <summary>A stream that does what a test says, and counts what is taken from it.</summary>
/// <param name="read">Fills memory from an offset.</param>
internal sealed class ScriptedStream(Func<long, Memory<byte>, CancellationToken, ValueTask<int>> read) : Stream
{
    /// <summary>The bytes given so far.</summary>
    public long Given { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>A start, then zeros without an end.</summary>
    public static ScriptedStream Endless(byte[] start) => new((offset, memory, _) =>
    {
        memory.Span.Clear();
        if (offset < start.Length)
        {
            ReadOnlySpan<byte> rest = start.AsSpan((int)offset);
            rest[..Math.Min(rest.Length, memory.Length)].CopyTo(memory.Span);
        }

        return ValueTask.FromResult(memory.Length);
    });

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count = await read(Given, buffer, cancellationToken);
        Given += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
