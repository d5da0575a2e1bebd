namespace Scott.Models.Imaging;

/// <summary>An image in memory with 8, 16 or 32 bits per sample, 1 to 16 channels. Immutable and thread-safe.</summary>
/// <remarks>Models of three channels, or one, take images of 1 channel (gray), 2 (gray, alpha), 3 (red, green, blue) or 4 (with alpha); alpha is
/// dropped without blending. Models of other numbers of channels take images of exactly that number. See
/// <see cref="ImageDecodingOptions.Channels"/>.</remarks>
public sealed class SampleImage
{
    /// <summary>The most channels that an image may have.</summary>
    public const int MaximumChannels = 16;

    private readonly byte[] _samples;
    private SampleImage? _whole;
    private Limits? _limits;

    private SampleImage(byte[] samples, SampleFormat format, int width, int height, int channels, SampleImage? own = null)
    {
        (_samples, Format, Width, Height, Channels) = (samples, format, width, height, channels);
        (Own, ColorChannels) = (own ?? this, own is null && channels is 2 or 4 ? channels - 1 : channels);
    }

    /// <summary>Pixels per row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Samples per pixel.</summary>
    public int Channels { get; }

    /// <summary>The type of a sample.</summary>
    public SampleFormat Format { get; }

    /// <summary>The samples, [Height, Width, Channels], in this machine's byte order, without gaps.</summary>
    public ReadOnlyMemory<byte> Bytes => _samples;

    /// <summary>The channels that a model sees, which are the first: 1 or 3 without alpha; all of an image of more than 4, and of
    /// <see cref="WithAllChannels"/>.</summary>
    internal int ColorChannels { get; }

    /// <summary>The image that an app has: this one, or the one that <see cref="WithAllChannels"/> was called on.</summary>
    internal SampleImage Own { get; }

    internal int BytesPerSample => BytesOf(Format);

    /// <summary>Makes an image of 8 bits per sample from a copy.</summary>
    /// <param name="samples">[height, width, channels], 0 to 255, rows from top to bottom without gaps.</param>
    /// <param name="width">Pixels per row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="channels">Samples per pixel, 1 to 16.</param>
    /// <exception cref="ArgumentException"><paramref name="samples"/> has another length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The width, the height or the number of channels is not legal.</exception>
    public static SampleImage FromSamples(ReadOnlySpan<byte> samples, int width, int height, int channels) =>
        Copy(samples, SampleFormat.UInt8, width, height, channels);

    /// <summary>Makes an image of 16 bits per sample from a copy.</summary>
    /// <param name="samples">[height, width, channels], 0 to 65535, rows from top to bottom without gaps.</param>
    /// <param name="width">Pixels per row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="channels">Samples per pixel, 1 to 16.</param>
    /// <exception cref="ArgumentException"><paramref name="samples"/> has another length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The width, the height or the number of channels is not legal.</exception>
    public static SampleImage FromSamples(ReadOnlySpan<ushort> samples, int width, int height, int channels) =>
        Copy(samples, SampleFormat.UInt16, width, height, channels);

    /// <summary>Makes an image of 32 bits per sample from a copy.</summary>
    /// <param name="samples">[height, width, channels], 0 to 4294967295, rows from top to bottom without gaps.</param>
    /// <param name="width">Pixels per row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="channels">Samples per pixel, 1 to 16.</param>
    /// <exception cref="ArgumentException"><paramref name="samples"/> has another length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The width, the height or the number of channels is not legal.</exception>
    public static SampleImage FromSamples(ReadOnlySpan<uint> samples, int width, int height, int channels) =>
        Copy(samples, SampleFormat.UInt32, width, height, channels);

    /// <summary>Makes an image of float samples from a copy.</summary>
    /// <param name="samples">[height, width, channels], any numbers; without a <see cref="SampleRange"/>, 0 to 1 is the range that counts. NaN and
    /// infinite samples do not count for a percentile.</param>
    /// <param name="width">Pixels per row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="channels">Samples per pixel, 1 to 16.</param>
    /// <exception cref="ArgumentException"><paramref name="samples"/> has another length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The width, the height or the number of channels is not legal.</exception>
    public static SampleImage FromSamples(ReadOnlySpan<float> samples, int width, int height, int channels) =>
        Copy(samples, SampleFormat.Float32, width, height, channels);

    /// <summary>Makes an image of 8 bits per channel, for example to look at it.</summary>
    /// <param name="range">What becomes 0 and 255; <see langword="null"/> for the whole range of the sample type. The numbers between are
    /// rounded.</param>
    /// <exception cref="NotSupportedException">The image has more than 4 channels.</exception>
    /// <exception cref="ScottConfigurationException">The range is not legal.</exception>
    public RgbImage ToRgbImage(SampleRange? range = null)
    {
        if (Channels > 4)
            throw new NotSupportedException($"The image has {Channels} channels; expected 1 to 4.");

        range?.Validate();
        SampleWindow window = WindowOf(range);
        byte[] pixels = new byte[Width * Height * ColorChannels];
        float[] row = new float[Width];
        for (int y = 0; y < Height; y++)
        {
            for (int channel = 0; channel < ColorChannels; channel++)
            {
                window.Read(this, y, channel, row);
                for (int x = 0; x < Width; x++)
                    pixels[(((y * Width) + x) * ColorChannels) + channel] = ToByte(row[x]);
            }
        }

        return RgbImage.FromPixels(pixels, Width, Height, ColorChannels == 1 ? PixelLayout.Gray8 : PixelLayout.Rgb24);
    }

    /// <summary>0 to 1 as a byte, rounded.</summary>
    internal static byte ToByte(float value) => (byte)((value * byte.MaxValue) + 0.5f);

    internal static int BytesOf(SampleFormat format) => format switch
    {
        SampleFormat.UInt8 => sizeof(byte),
        SampleFormat.UInt16 => sizeof(ushort),
        _ => sizeof(uint),
    };

    /// <summary>Wraps samples that nobody changes any more.</summary>
    internal static SampleImage Wrap(byte[] samples, SampleFormat format, int width, int height, int channels) =>
        new(samples, format, width, height, channels);

    /// <summary>The same samples for a model of 2 or 4 channels, none of which is alpha. Always the same object, so that it keeps its
    /// window.</summary>
    internal SampleImage WithAllChannels() => ColorChannels == Channels
        ? this
        : LazyInitializer.EnsureInitialized(ref _whole, () => new SampleImage(_samples, Format, Width, Height, Channels, this));

    /// <summary>A copy of a rectangle that lies within the image.</summary>
    internal SampleImage Crop(int left, int top, int width, int height)
    {
        int bytes = Channels * BytesPerSample;
        byte[] part = new byte[width * height * bytes];
        for (int y = 0; y < height; y++)
            _samples.AsSpan((((top + y) * Width) + left) * bytes, width * bytes).CopyTo(part.AsSpan(y * width * bytes));

        return Wrap(part, Format, width, height, Channels);
    }

    /// <summary>The window of a range, computed once for the range used last.</summary>
    internal SampleWindow WindowOf(SampleRange? range)
    {
        Limits? known = Volatile.Read(ref _limits);
        if (known is null || known.Range != range)
        {
            known = new Limits(range, SampleWindow.Of(this, range));
            Volatile.Write(ref _limits, known);
        }

        return known.Window;
    }

    /// <summary>One row of interleaved samples.</summary>
    internal ReadOnlySpan<T> Row<T>(int y)
        where T : unmanaged =>
        MemoryMarshal.Cast<byte, T>(_samples.AsSpan()).Slice(y * Width * Channels, Width * Channels);

    /// <summary>As 8-bit pixels: 16 and 32 bits keep their high byte, floats are scaled from 0 to 1. The caller disposes of them.</summary>
    internal PixelBuffer ToHighBytes()
    {
        var pixels = new PixelBuffer(Width, Height);
        Span<byte> to = pixels.Bytes;
        if (this is { Format: SampleFormat.UInt8, Channels: 3 })
        {
            PixelConversion.Rgb24ToRgbx(_samples, to);
            return pixels;
        }

        int step = Channels * BytesPerSample, green = ColorChannels == 1 ? 0 : BytesPerSample;
        int high = BitConverter.IsLittleEndian ? BytesPerSample - 1 : 0;
        for (int i = 0, from = 0; i < to.Length; i += PixelBuffer.BytesPerPixel, from += step)
        {
            to[i] = High(from);
            to[i + 1] = High(from + green);
            to[i + 2] = High(from + (2 * green));
            to[i + 3] = byte.MaxValue;
        }

        return pixels;

        byte High(int at) => Format != SampleFormat.Float32
            ? _samples[at + high]
            : ToByte(float.Clamp(MemoryMarshal.Read<float>(_samples.AsSpan(at)) is var value && float.IsNaN(value) ? 0 : value, 0, 1));
    }

    private static SampleImage Copy<T>(ReadOnlySpan<T> samples, SampleFormat format, int width, int height, int channels)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(channels, MaximumChannels);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)width * height, Array.MaxLength / (channels * BytesOf(format)), nameof(width));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)width * height, PixelBuffer.MaximumPixels, nameof(width));
        int expected = width * height * channels;
        return samples.Length == expected
            ? Wrap(MemoryMarshal.AsBytes(samples).ToArray(), format, width, height, channels)
            : throw new ArgumentException(
                $"{width}×{height} pixels of {Plural.Of(channels, "channel")} take {expected} samples; {samples.Length} were given.",
                nameof(samples));
    }

    private sealed record Limits(SampleRange? Range, SampleWindow Window);
}

/// <summary>The type of an image's samples.</summary>
public enum SampleFormat
{
    /// <summary>8 bits, 0 to 255.</summary>
    UInt8,
    /// <summary>16 bits, 0 to 65535.</summary>
    UInt16,
    /// <summary>32 bits, 0 to 4294967295.</summary>
    UInt32,
    /// <summary>Single precision.</summary>
    Float32,
}
