namespace Scott.Models.Tests.Zoo;

/// <summary>A file on a disk that has room for so many bytes. Past them it fails as the system does: on Linux with its own full device.</summary>
internal sealed class FullDiskStream(Stream file, long room) : Stream
{
    private const string FullDevice = "/dev/full";
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int NoSpace = 28;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => file.Length;

    public override long Position { get => file.Position; set => throw new NotSupportedException(); }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int fits = (int)Math.Min(buffer.Length, Math.Max(0, room - file.Length));
        await file.WriteAsync(buffer[..fits], cancellationToken);
        if (fits < buffer.Length)
            await FailAsync(cancellationToken);
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Flush() => file.Flush();

    private static async Task FailAsync(CancellationToken cancellationToken)
    {
        if (File.Exists(FullDevice))
        {
            await using var device = new FileStream(FullDevice, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0, useAsync: true);
            await device.WriteAsync(new byte[1], cancellationToken);
        }

        throw new IOException("There is not enough space on the disk.", OperatingSystem.IsWindows() ? WindowsDiskFull : NoSpace);
    }
}
