namespace Scott.Models.Imaging;

/// <summary>An image in a buffer that is reused or freed at once: 4 bytes per pixel (red, green, blue, unused), rows without gaps.</summary>
internal sealed unsafe class PixelBuffer : IDisposable
{
    public const int BytesPerPixel = 4;
    public const int MaximumPooledBytes = 1 << 26; // larger buffers are not pooled: the pool would keep one per thread for good
    public static readonly long MaximumPixels = (Array.MaxLength - SlackBytes) / BytesPerPixel; // of one buffer
    private const int SlackBytes = 64; // after the last row: vector code may read and write a whole block at a row's end

    private readonly NativeBytes? _native;
    private byte[]? _pooled;

    /// <summary>Rents a buffer. Its contents are undefined.</summary>
    public PixelBuffer(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)width * height, MaximumPixels);
        (Width, Height) = (width, height);
        int length = ByteCount + SlackBytes;

        // Large arrays would stay in memory until the garbage collector collects its oldest generation.
        if (length > MaximumPooledBytes)
            _native = new NativeBytes(length);
        else
            _pooled = ArrayPool<byte>.Shared.Rent(length);
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
            ObjectDisposedException.ThrowIf(_native?.IsClosed ?? _pooled is null, this);
            return _native is null ? _pooled.AsSpan(0, ByteCount + SlackBytes) : new Span<byte>(_native.Start, ByteCount + SlackBytes);
        }
    }

    public Span<byte> Bytes => BytesWithSlack[..ByteCount];

    /// <summary>Rents at least so many bytes. Give them back with <see cref="ReturnBytes"/>.</summary>
    public static byte[] RentBytes(int length) =>
        length <= MaximumPooledBytes ? ArrayPool<byte>.Shared.Rent(length) : GC.AllocateUninitializedArray<byte>(length);

    public static void ReturnBytes(byte[] bytes)
    {
        if (bytes.Length <= MaximumPooledBytes)
            ArrayPool<byte>.Shared.Return(bytes);
    }

    public Span<byte> Row(int y) => BytesWithSlack.Slice(y * RowBytes, RowBytes);

    /// <summary>Copies a rectangle that lies within the image. The caller disposes of the copy.</summary>
    public PixelBuffer Crop(int left, int top, int width, int height)
    {
        var crop = new PixelBuffer(width, height);
        for (int y = 0; y < height; y++)
            Row(top + y).Slice(left * BytesPerPixel, crop.RowBytes).CopyTo(crop.Row(y));

        return crop;
    }

    public void Dispose()
    {
        _native?.Dispose();
        if (Interlocked.Exchange(ref _pooled, null) is { } bytes)
            ArrayPool<byte>.Shared.Return(bytes);
    }

    private sealed class NativeBytes : SafeHandle
    {
        public NativeBytes(int length)
            : base(0, ownsHandle: true) => SetHandle((nint)NativeMemory.Alloc((nuint)length));

        public void* Start => (void*)handle;
        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            NativeMemory.Free((void*)handle);
            return true;
        }
    }
}
