using System.Buffers;
using System.Runtime.InteropServices;

namespace Scott.Models.Imaging;

/// <summary>An image in a pooled buffer: 4 bytes per pixel (red, green, blue and one without meaning), rows without gaps.</summary>
internal sealed class PixelBuffer : IDisposable
{
    public const int BytesPerPixel = 4;

    /// <summary>Larger buffers are left to the garbage collector: the pool would keep one per thread for good.</summary>
    public const int MaximumPooledBytes = 1 << 26;

    /// <summary>The most pixels that one buffer can hold.</summary>
    public static readonly long MaximumPixels = (Array.MaxLength - SlackBytes) / BytesPerPixel;

    /// <summary>Bytes after the last row, so that vector code may read and write a whole block at a row's end.</summary>
    private const int SlackBytes = 64;

    private byte[]? _bytes;

    private PixelBuffer(byte[] bytes, int width, int height)
    {
        _bytes = bytes;
        Width = width;
        Height = height;
    }

    public int Width { get; }

    public int Height { get; }

    public int RowBytes => Width * BytesPerPixel;

    public int ByteCount => RowBytes * Height;

    /// <summary>The pixels, followed by the slack.</summary>
    public Span<byte> BytesWithSlack
    {
        get
        {
            ObjectDisposedException.ThrowIf(_bytes is null, this);
            return _bytes.AsSpan(0, ByteCount + SlackBytes);
        }
    }

    public Span<byte> Bytes => BytesWithSlack[..ByteCount];

    /// <summary>Rents a buffer. Its contents are undefined.</summary>
    public static PixelBuffer Rent(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)width * height, MaximumPixels);
        return new PixelBuffer(RentBytes((width * height * BytesPerPixel) + SlackBytes), width, height);
    }

    /// <summary>At least that many bytes, for <see cref="ReturnBytes"/>.</summary>
    public static byte[] RentBytes(int length) =>
        length <= MaximumPooledBytes ? ArrayPool<byte>.Shared.Rent(length) : GC.AllocateUninitializedArray<byte>(length);

    public static void ReturnBytes(byte[] bytes)
    {
        if (bytes.Length <= MaximumPooledBytes)
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    public Span<byte> Row(int y) => BytesWithSlack.Slice(y * RowBytes, RowBytes);

    /// <summary>Copies a rectangle that lies within the image. The caller disposes of the copy.</summary>
    public PixelBuffer Crop(int left, int top, int width, int height)
    {
        PixelBuffer crop = Rent(width, height);
        for (int y = 0; y < height; y++)
        {
            Row(top + y).Slice(left * BytesPerPixel, crop.RowBytes).CopyTo(crop.Row(y));
        }

        return crop;
    }

    /// <summary>Mirrors the image left to right, in place.</summary>
    public void FlipHorizontally()
    {
        for (int y = 0; y < Height; y++)
        {
            MemoryMarshal.Cast<byte, uint>(Row(y)).Reverse();
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _bytes, null) is { } bytes)
        {
            ReturnBytes(bytes);
        }
    }
}
