using Microsoft.Win32.SafeHandles;

namespace Scott.Models.Imaging;

/// <summary>The bytes of a TIFF file: in memory, or in an open file, of which only what is needed is read. Thread-safe.</summary>
internal abstract class TiffBytes
{
    public abstract long Length { get; }

    public static TiffBytes Of(ReadOnlyMemory<byte> memory) => new InMemory(memory);

    /// <summary>The caller disposes of the file.</summary>
    public static TiffBytes Of(SafeFileHandle file) => new InFile(file);

    /// <summary>Reads bytes that lie within the file.</summary>
    /// <exception cref="InvalidDataException">The file has become shorter.</exception>
    public abstract void Read(long at, Span<byte> destination);

    private sealed class InMemory(ReadOnlyMemory<byte> memory) : TiffBytes
    {
        public override long Length => memory.Length;

        public override void Read(long at, Span<byte> destination) => memory.Span.Slice((int)at, destination.Length).CopyTo(destination);
    }

    private sealed class InFile(SafeFileHandle file) : TiffBytes
    {
        public override long Length { get; } = RandomAccess.GetLength(file);

        public override void Read(long at, Span<byte> destination)
        {
            for (int read = 0; destination.Length > 0; at += read, destination = destination[read..])
            {
                read = RandomAccess.Read(file, destination, at);
                if (read == 0)
                    throw new InvalidDataException("the file has become shorter while it was read");
            }
        }
    }
}
