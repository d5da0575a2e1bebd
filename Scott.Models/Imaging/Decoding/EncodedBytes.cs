using System.Buffers;

namespace Scott.Models.Imaging;

/// <summary>An image's encoded bytes, in a pooled buffer or in the caller's memory.</summary>
internal readonly struct EncodedBytes : IDisposable
{
    private readonly byte[]? _rented;

    public EncodedBytes(ReadOnlyMemory<byte> memory) => Memory = memory;

    /// <param name="rented">From the shared pool, to which <see cref="Dispose"/> returns it.</param>
    /// <param name="length">How much of it is filled.</param>
    public EncodedBytes(byte[] rented, int length)
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
}
