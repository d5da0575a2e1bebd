using SkiaSharp;

namespace Scott.Models.Imaging;

/// <summary>An image in memory, 8 bits per channel. Immutable and thread-safe.</summary>
public sealed class RgbImage
{
    private const int BytesPerPixel = 3;

    private readonly byte[] _pixels;

    private RgbImage(byte[] pixels, int width, int height) => (_pixels, Width, Height) = (pixels, width, height);

    /// <summary>Pixels per row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>The pixels, [Height, Width, 3]: red, green, blue, a byte each, rows from top to bottom without gaps.</summary>
    public ReadOnlyMemory<byte> Pixels => _pixels;

    /// <summary>Makes an image from a copy of pixels whose rows have no gaps between them.</summary>
    /// <param name="pixels">Exactly width · height pixels, rows from top to bottom.</param>
    /// <param name="width">Pixels per row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="layout">How a pixel lies in memory.</param>
    /// <exception cref="ArgumentException"><paramref name="pixels"/> has another length.</exception>
    public static RgbImage FromPixels(ReadOnlySpan<byte> pixels, int width, int height, PixelLayout layout)
    {
        CheckSize(width, height);
        long expected = (long)width * height * PixelConversion.BytesPerPixel(layout);
        if (pixels.Length != expected)
            throw new ArgumentException($"{width}×{height} pixels of {layout} take {expected} bytes; {pixels.Length} were given.", nameof(pixels));

        return FromPixels(pixels, width, height, layout, checked(width * PixelConversion.BytesPerPixel(layout)));
    }

    /// <summary>Makes an image from a copy of pixels whose rows may have gaps between them.</summary>
    /// <param name="pixels">The rows from top to bottom. The last row needs no gap after it.</param>
    /// <param name="width">Pixels per row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="layout">How a pixel lies in memory.</param>
    /// <param name="strideBytes">The bytes from the start of one row to the start of the next.</param>
    /// <exception cref="ArgumentException"><paramref name="pixels"/> or <paramref name="strideBytes"/> is too small.</exception>
    public static RgbImage FromPixels(ReadOnlySpan<byte> pixels, int width, int height, PixelLayout layout, int strideBytes)
    {
        CheckSize(width, height);
        long rowBytes = (long)width * PixelConversion.BytesPerPixel(layout);
        if (strideBytes < rowBytes)
        {
            throw new ArgumentException(
                $"A row of {width} pixels of {layout} takes {Plural.Of(rowBytes, "byte")}; the stride is {strideBytes}.", nameof(strideBytes));
        }

        long expected = ((long)strideBytes * (height - 1)) + rowBytes;
        if (pixels.Length < expected)
        {
            throw new ArgumentException(
                $"{height} rows {strideBytes} bytes apart take at least {expected} bytes; {pixels.Length} were given.", nameof(pixels));
        }

        byte[] copy = GC.AllocateUninitializedArray<byte>(width * height * BytesPerPixel);
        for (int y = 0; y < height; y++)
        {
            Span<byte> row = copy.AsSpan(y * width * BytesPerPixel, width * BytesPerPixel);
            PixelConversion.ToRgb24(pixels.Slice(y * strideBytes, (int)rowBytes), layout, row);
        }

        return new RgbImage(copy, width, height);
    }

    /// <summary>Resizes the whole image, antialiased. Gives the same bytes as Pillow.</summary>
    /// <param name="width">The new image's pixels per row.</param>
    /// <param name="height">The new image's rows.</param>
    /// <param name="interpolation">The filter.</param>
    public RgbImage Resize(int width, int height, Interpolation interpolation) => Resize(width, height, interpolation, 0, 0, Width, Height);

    /// <summary>
    /// Resizes a box of the image, antialiased. Gives the same bytes as Pillow's <c>resize</c> with <c>box</c>. Near the border of the box, pixels
    /// outside it have an influence; call <see cref="Crop"/> first to avoid that.
    /// </summary>
    /// <param name="width">The new image's pixels per row.</param>
    /// <param name="height">The new image's rows.</param>
    /// <param name="interpolation">The filter.</param>
    /// <param name="left">The box's left border, in pixels of this image. At least 0.</param>
    /// <param name="top">The box's upper border. At least 0.</param>
    /// <param name="right">The box's right border, over <paramref name="left"/>, at most <see cref="Width"/>.</param>
    /// <param name="bottom">The box's lower border, over <paramref name="top"/>, at most <see cref="Height"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is not positive or too large, or the box does not lie within the image.</exception>
    public RgbImage Resize(int width, int height, Interpolation interpolation, float left, float top, float right, float bottom)
    {
        CheckSize(width, height);
        CheckInterval(left, right, Width, nameof(left), nameof(right));
        CheckInterval(top, bottom, Height, nameof(top), nameof(bottom));
        if (!Enum.IsDefined(interpolation))
            throw new ArgumentOutOfRangeException(nameof(interpolation), interpolation, "Expected Bilinear or Bicubic.");

        using PixelBuffer source = ToBuffer();
        using PixelBuffer resized = PillowResampler.Resize(
            source, new ResampleAxis(Width, left, right, width, 0, width, interpolation),
            new ResampleAxis(Height, top, bottom, height, 0, height, interpolation));
        return FromBuffer(resized);
    }

    /// <summary>Cuts out a rectangle.</summary>
    /// <param name="left">Its first column.</param>
    /// <param name="top">Its first row.</param>
    /// <param name="width">Its columns.</param>
    /// <param name="height">Its rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rectangle is empty or does not lie within the image.</exception>
    public RgbImage Crop(int left, int top, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(left);
        ArgumentOutOfRangeException.ThrowIfNegative(top);
        CheckSize(width, height);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, Width - left);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, Height - top);
        int first = ((top * Width) + left) * BytesPerPixel;
        return FromPixels(_pixels.AsSpan(first), width, height, PixelLayout.Rgb24, Width * BytesPerPixel);
    }

    /// <summary>Encodes the image as the bytes of a PNG file, without loss.</summary>
    /// <exception cref="NativeLibraryException">SkiaSharp's native library is missing or does not load.</exception>
    public unsafe byte[] EncodePng()
    {
        SkiaLibrary.Load();
        using PixelBuffer pixels = ToBuffer();
        fixed (byte* first = pixels.BytesWithSlack)
        {
            // Opaque: the fourth byte of a pixel is left out of the file.
            var info = new SKImageInfo(Width, Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
            using var pixmap = new SKPixmap(info, (nint)first, pixels.RowBytes);
            using SKData? data = pixmap.Encode(SKPngEncoderOptions.Default);
            return data?.ToArray() ?? throw new InvalidOperationException($"Skia did not encode an image of {Width}×{Height} pixels as PNG.");
        }
    }

    /// <summary>Writes the image as a PNG file, atomically: a reader sees the old file or the whole new one.</summary>
    /// <param name="path">The file. Replaced if it exists.</param>
    /// <param name="cancellationToken">A canceled write leaves the old file as it was.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public Task SavePngAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return AtomicFile.WriteBytesAsync(path, EncodePng(), cancellationToken);
    }

    internal static RgbImage FromBuffer(PixelBuffer buffer) => FromPixels(buffer.Bytes, buffer.Width, buffer.Height, PixelLayout.Rgba32);

    /// <summary>Makes a copy to work on. The caller disposes it.</summary>
    internal PixelBuffer ToBuffer()
    {
        var buffer = new PixelBuffer(Width, Height);
        PixelConversion.Rgb24ToRgbx(_pixels, buffer.Bytes);
        return buffer;
    }

    private static void CheckSize(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)width * height, PixelBuffer.MaximumPixels, nameof(width));
    }

    private static void CheckInterval(float start, float end, int length, string startName, string endName)
    {
        if (!(start >= 0 && start < length))
            throw new ArgumentOutOfRangeException(startName, start, FormattableString.Invariant($"Expected 0 to less than {length}."));
        if (!(end > start && end <= length))
            throw new ArgumentOutOfRangeException(endName, end, FormattableString.Invariant($"Expected more than {start}, at most {length}."));
    }
}

/// <summary>How the channels of a pixel lie in memory, one byte each.</summary>
public enum PixelLayout
{
    /// <summary>Red, green, blue.</summary>
    Rgb24,
    /// <summary>Blue, green, red.</summary>
    Bgr24,
    /// <summary>Red, green, blue, alpha. Alpha is dropped.</summary>
    Rgba32,
    /// <summary>Blue, green, red, alpha. Alpha is dropped.</summary>
    Bgra32,
    /// <summary>One gray value, used for all three channels.</summary>
    Gray8,
}
