using System.Buffers;

namespace Scott.Models.Imaging;

/// <summary>An image in a pooled buffer: 4 bytes per pixel, red, green, blue and one without meaning, rows without gaps.</summary>
internal sealed class PixelBuffer : IDisposable
{
    public const int BytesPerPixel = 4;

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

    /// <summary>Rents a buffer. Its contents are whatever the last user left.</summary>
    public static PixelBuffer Rent(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)width * height, MaximumPixels);
        return new PixelBuffer(ArrayPool<byte>.Shared.Rent((width * height * BytesPerPixel) + SlackBytes), width, height);
    }

    public Span<byte> Row(int y) => BytesWithSlack.Slice(y * RowBytes, RowBytes);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _bytes, null) is { } bytes)
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
