using SkiaSharp;

namespace Scott.Models.Imaging;

/// <summary>A decoded, upright image: pixels of 8 bits, gray or RGB, or samples of more bits or of other channels.</summary>
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

    /// <summary>Wraps samples: of more than 8 bits, or of channels that are no colors.</summary>
    public DecodedImage(SampleImage samples)
    {
        (FullWidth, FullHeight, Content) = (samples.Width, samples.Height, new PixelBox(0, 0, samples.Width, samples.Height));
        Samples = samples;
    }

    /// <summary>The pixels of an image of 8 bits, gray or RGB.</summary>
    public PixelBuffer Pixels => _pixels ?? throw new InvalidOperationException("The image has samples, not pixels.");

    /// <summary>The samples of an image that has no pixels.</summary>
    public SampleImage? Samples { get; }

    /// <summary>Whether the image is read as one channel: all three bytes of a pixel are then the same.</summary>
    public bool IsGray { get; init; }

    public int FullWidth { get; }
    public int FullHeight { get; }

    /// <summary>The part of the decoded pixels that the image covers.</summary>
    public PixelBox Content { get; }

    /// <summary>What error messages call the image.</summary>
    public string Name { get; init; } = ImageSource.Unnamed;

    public int Width => Samples?.Width ?? Pixels.Width;
    public int Height => Samples?.Height ?? Pixels.Height;

    public static implicit operator DecodedImage(PixelBuffer pixels) => new(pixels);

    /// <summary>What is to be resized in floats: an image of more than 8 bits, or any image that a range is set for. Otherwise
    /// <see langword="null"/>.</summary>
    public SampleImage? SamplesFor(SampleRange? range)
    {
        if (Samples is not null || range is null)
            return Samples;

        if (!IsGray)
            return SampleImage.Wrap(Pixels.Bytes.ToArray(), SampleFormat.UInt8, Pixels.Width, Pixels.Height, PixelBuffer.BytesPerPixel);

        byte[] gray = new byte[Pixels.Width * Pixels.Height];
        PixelConversion.FromRgbx(Pixels.Bytes, 1, gray);
        return SampleImage.Wrap(gray, SampleFormat.UInt8, Pixels.Width, Pixels.Height, 1);
    }

    /// <summary>A copy with 8 bits per channel: more bits keep their high byte, floats are scaled from 0 to 1.</summary>
    public RgbImage ToRgbImage()
    {
        if (Samples is null)
            return RgbImage.FromBuffer(Pixels);

        using PixelBuffer pixels = Samples.Own.ToHighBytes();
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
