using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Scott.Models.Errors;

namespace Scott.Models.Imaging;

/// <summary>A picture's encoded bytes, in a pooled buffer or in the caller's memory.</summary>
internal readonly struct EncodedBytes : IDisposable
{
    /// <summary>The longest data read: what the array pool keeps at most.</summary>
    private const int MaximumBytes = 1 << 30;

    private const int FirstStreamBytes = 1 << 16;

    private readonly byte[]? _rented;

    public EncodedBytes(ReadOnlyMemory<byte> memory) => Memory = memory;

    private EncodedBytes(byte[] rented, int length)
    {
        _rented = rented;
        Memory = rented.AsMemory(0, length);
    }

    public ReadOnlyMemory<byte> Memory { get; }

    public void Dispose()
    {
        if (_rented is not null)
        {
            ArrayPool<byte>.Shared.Return(_rented);
        }
    }

    public static async Task<EncodedBytes> ReadFileAsync(string path, CancellationToken cancellationToken)
    {
        using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.Asynchronous);
        long length = RandomAccess.GetLength(file);
        if (length > MaximumBytes)
        {
            throw TooLong(path);
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)length);
        int filled = 0;
        try
        {
            // A file that shrinks meanwhile is short, which the decoder finds.
            for (int read = -1; filled < length && read != 0; filled += read)
            {
                read = await RandomAccess.ReadAsync(file, buffer.AsMemory(filled, (int)length - filled), filled, cancellationToken).ConfigureAwait(false);
            }
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }

        return new EncodedBytes(buffer, filled);
    }

    public static async Task<EncodedBytes> ReadStreamAsync(Stream stream, string name, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(FirstStreamBytes);
        int filled = 0;
        try
        {
            for (int read = -1; read != 0; filled += read)
            {
                if (filled == buffer.Length)
                {
                    buffer = filled < MaximumBytes ? Grow(buffer) : throw TooLong(name);
                }

                read = await stream.ReadAsync(buffer.AsMemory(filled), cancellationToken).ConfigureAwait(false);
            }
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }

        return new EncodedBytes(buffer, filled);
    }

    private static byte[] Grow(byte[] buffer)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }

    private static ImageFormatException TooLong(string name) =>
        new(name, ImageFault.TooManyBytes, $"it has more than {MaximumBytes} bytes; expected at most that.");
}
