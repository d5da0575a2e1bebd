using SkiaSharp;

namespace Scott.Models.Imaging;

/// <summary>A decoded, upright image: pixels of 8 bits per channel, or samples of more bits.</summary>
internal readonly record struct DecodedImage : IDisposable
{
    private readonly PixelBuffer? _pixels;

    public DecodedImage(PixelBuffer pixels, int fullWidth, int fullHeight, PixelBox content) =>
        (_pixels, FullWidth, FullHeight, Content) = (pixels, fullWidth, fullHeight, content);

    /// <summary>Wraps an image in full size.</summary>
    public DecodedImage(PixelBuffer pixels)
        : this(pixels, pixels.Width, pixels.Height, new PixelBox(0, 0, pixels.Width, pixels.Height))
    {
    }

    /// <summary>Wraps an image of 1 to 4 channels; one of 8 bits per sample becomes pixels.</summary>
    public DecodedImage(SampleImage samples)
    {
        (FullWidth, FullHeight, Content) = (samples.Width, samples.Height, new PixelBox(0, 0, samples.Width, samples.Height));
        if (samples.Format == SampleFormat.UInt8)
            _pixels = samples.ToHighBytes();
        else
            Samples = samples;
    }

    /// <summary>The pixels of an image of 8 bits per channel.</summary>
    public PixelBuffer Pixels => _pixels ?? throw new InvalidOperationException("The image has more than 8 bits per sample.");

    /// <summary>The samples of an image of more than 8 bits.</summary>
    public SampleImage? Samples { get; }

    public int FullWidth { get; }
    public int FullHeight { get; }

    /// <summary>The part of the decoded pixels that the image covers.</summary>
    public PixelBox Content { get; }

    public int Width => Samples?.Width ?? Pixels.Width;
    public int Height => Samples?.Height ?? Pixels.Height;

    public static implicit operator DecodedImage(PixelBuffer pixels) => new(pixels);

    /// <summary>What is to be resized in floats: an image of more than 8 bits, or any image that a range is set for. Otherwise
    /// <see langword="null"/>.</summary>
    public SampleImage? SamplesFor(SampleRange? range) => Samples ?? (range is null
        ? null
        : SampleImage.Wrap(Pixels.Bytes.ToArray(), SampleFormat.UInt8, Pixels.Width, Pixels.Height, PixelBuffer.BytesPerPixel));

    /// <summary>A copy with 8 bits per channel: more bits keep their high byte, floats are scaled from 0 to 1.</summary>
    public RgbImage ToRgbImage()
    {
        if (Samples is null)
            return RgbImage.FromBuffer(Pixels);

        using PixelBuffer pixels = Samples.ToHighBytes();
        return RgbImage.FromBuffer(pixels);
    }

    public void Dispose() => _pixels?.Dispose();
}

/// <summary>A rectangle whose borders may lie within pixels. In single precision, as Pillow's boxes are.</summary>
internal readonly record struct PixelBox(float Left, float Top, float Right, float Bottom)
{
    /// <summary>The part of a reduced, upright decode that the image covers. At scale 1/8, an image 9 pixels wide becomes 2 pixels: the first
    /// covers 8 pixels, the second only 1. A resize that treats both as whole would move the image's content.</summary>
    public static PixelBox OfReduced(SKSizeI full, SKSizeI decoded, float scale, SKEncodedOrigin origin)
    {
        bool isRightFirst = PixelOrientation.IsRightFirst(origin), isBottomFirst = PixelOrientation.IsBottomFirst(origin);
        float width = full.Width * scale, height = full.Height * scale;
        (float left, float right) = isRightFirst ? (decoded.Width - width, (float)decoded.Width) : (0f, width);
        (float top, float bottom) = isBottomFirst ? (decoded.Height - height, (float)decoded.Height) : (0f, height);
        return PixelOrientation.Transposes(origin) ? new PixelBox(top, left, bottom, right) : new PixelBox(left, top, right, bottom);
    }
}
