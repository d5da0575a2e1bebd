namespace Scott.Models.Imaging;

/// <summary>
/// Prepares images for a backbone: decode, turn upright, resize, crop the center or add a border, normalize. Gives the same pixels as Pillow and
/// torchvision. Thread-safe.
/// </summary>
/// <remarks>
/// Reference: <c>get_test_transforms</c> in <c>src/data/transforms.py</c> at commit 8b6c6f9. Only the pixels inside the crop are computed.
/// Images of more than 8 bits per sample, and every image if <see cref="PreprocessingSpec.SampleRange"/> is set, are scaled to 0 to 1 first and
/// then resized as floats, as Pillow resizes mode F: they keep their precision.
/// Work runs on the calling thread, or on the one that finishes reading the source.
/// </remarks>
public sealed class ImagePreprocessor
{
    private const int FastDecodeMargin = 2; // a reduced decode stays this many times larger than its target, so that the resize averages enough

    private readonly PixelNormalization _normalization;

    /// <summary>Creates a preprocessor.</summary>
    /// <param name="spec">The image size, the filter and the normalization.</param>
    /// <param name="options">How to decode; <see langword="null"/> for the defaults.</param>
    /// <exception cref="ScottConfigurationException">A setting is not legal.</exception>
    public ImagePreprocessor(PreprocessingSpec spec, ImageDecodingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(spec);
        spec.Validate();
        Spec = spec;
        Options = (options ?? new ImageDecodingOptions()).ForChannels(spec.ChannelCount);
        Options.Validate();
        _normalization = new PixelNormalization(spec);
    }

    /// <summary>The image size, the filter and the normalization that are applied.</summary>
    public PreprocessingSpec Spec { get; }

    /// <summary>How images are decoded, to the number of channels that <see cref="Spec"/> gives.</summary>
    public ImageDecodingOptions Options { get; }

    /// <summary>The length of a preprocessed image in numbers or bytes: channels · height · width.</summary>
    public int TensorLength => Spec.TensorLength;

    /// <summary>Writes an image as normalized float32 planes.</summary>
    /// <param name="source">The image.</param>
    /// <param name="destination">[C, H, W], for three channels red, green, blue; at least <see cref="TensorLength"/> long. With ImageNet's mean and
    /// standard deviation the values lie in about [−2.1, 2.7].</param>
    /// <param name="cancellationToken">Cancels reading, and the decoding of TIFF, 16-bit PNG and own formats.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    /// <exception cref="ImageFormatException">The data is not an intact image or exceeds the limits, or the path does not lead to a file.</exception>
    /// <exception cref="NativeLibraryException">SkiaSharp's native library, which decodes images, is missing or does not load.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public async Task PreprocessAsync(ImageSource source, Memory<float> destination, CancellationToken cancellationToken = default)
    {
        CheckLength(destination.Length, nameof(destination));
        using DecodedImage decoded = await DecodeAsync(source, cancellationToken).ConfigureAwait(false);
        Preprocess(decoded, destination.Span);
    }

    /// <summary>Writes an image as bytes, not normalized.</summary>
    /// <param name="source">The image.</param>
    /// <param name="destination">[H, W, C], for three channels red, green, blue, 0 to 255; at least <see cref="TensorLength"/> long.</param>
    /// <param name="cancellationToken">Cancels reading, and the decoding of TIFF, 16-bit PNG and own formats.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    /// <exception cref="ImageFormatException">The data is not an intact image or exceeds the limits, or the path does not lead to a file.</exception>
    /// <exception cref="NativeLibraryException">SkiaSharp's native library, which decodes images, is missing or does not load.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public async Task PreprocessToBytesAsync(ImageSource source, Memory<byte> destination, CancellationToken cancellationToken = default)
    {
        CheckLength(destination.Length, nameof(destination));
        using DecodedImage decoded = await DecodeAsync(source, cancellationToken).ConfigureAwait(false);
        PreprocessToBytes(decoded, destination.Span);
    }

    /// <summary>Returns the part of an image that the backbone sees, upright and resized, for example to draw over it.</summary>
    /// <param name="source">The image.</param>
    /// <param name="cancellationToken">Cancels reading, and the decoding of TIFF, 16-bit PNG and own formats.</param>
    /// <returns>An image of the size that <see cref="Spec"/> gives. It shows three channels as red, green and blue; of one or two channels it shows
    /// the first in gray, and of more than three the first three.</returns>
    /// <exception cref="ImageFormatException">The data is not an intact image or exceeds the limits, or the path does not lead to a file.</exception>
    /// <exception cref="NativeLibraryException">SkiaSharp's native library, which decodes images, is missing or does not load.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public async Task<RgbImage> PreprocessToImageAsync(ImageSource source, CancellationToken cancellationToken = default)
    {
        byte[] pixels = new byte[TensorLength];
        await PreprocessToBytesAsync(source, pixels, cancellationToken).ConfigureAwait(false);
        byte[] colors = PixelConversion.ToColors(pixels, Spec.ChannelCount);
        return RgbImage.FromPixels(colors, Spec.ImageWidth, Spec.ImageHeight, PixelLayout.Rgb24);
    }

    /// <summary>Writes a decoded image as normalized float32 planes, [C, H, W].</summary>
    internal void Preprocess(DecodedImage image, Span<float> destination)
    {
        if (image.SamplesFor(Spec.SampleRange) is { } samples)
        {
            Resize(image, samples, destination[..TensorLength]);
            _normalization.Write(destination[..TensorLength]);
            return;
        }

        using PixelBuffer crop = Crop(image);
        _normalization.Write(crop, destination);
    }

    /// <summary>Writes an image, which is read and decoded once, both ways.</summary>
    internal async Task PreprocessAsync(ImageSource source, float[] values, byte[] bytes, CancellationToken cancellationToken)
    {
        using DecodedImage decoded = await DecodeAsync(source, cancellationToken).ConfigureAwait(false);
        Preprocess(decoded, values);
        PreprocessToBytes(decoded, bytes);
    }

    private void PreprocessToBytes(DecodedImage decoded, Span<byte> destination)
    {
        if (decoded.SamplesFor(Spec.SampleRange) is { } samples)
        {
            WriteBytes(decoded, samples, destination[..TensorLength]);
            return;
        }

        using PixelBuffer crop = Crop(decoded);
        PixelConversion.FromRgbx(crop.Bytes, Spec.ChannelCount, destination[..TensorLength]);
    }

    private async Task<DecodedImage> DecodeAsync(ImageSource source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        cancellationToken.ThrowIfCancellationRequested();
        if (source.InMemory(Options.Channels) is { } image)
            return image;

        using EncodedBytes encoded = await source.ReadAsync(Options, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return FormatDecoder.Decode(encoded.Memory, source, Options, cancellationToken, LeastDecoded());
    }

    /// <summary>The least size of a decode at a smaller scale. A stretch gives each side its own length; otherwise the sides keep their ratio, and
    /// the short side decides.</summary>
    private (int Width, int Height) LeastDecoded()
    {
        if (!Options.FastDecode)
            return default;

        (long width, long height) = Spec.Resize == ResizeMode.Stretch ? Frame() : (Spec.ResizePixels, Spec.ResizePixels);
        return ((int)width * FastDecodeMargin, (int)height * FastDecodeMargin);
    }

    private void WriteBytes(DecodedImage decoded, SampleImage samples, Span<byte> destination)
    {
        float[] planes = new float[TensorLength];
        Resize(decoded, samples, planes);
        int channels = Spec.ChannelCount, plane = TensorLength / channels;
        for (int i = 0; i < destination.Length; i++)
            destination[i] = SampleImage.ToByte(planes[(i % channels * plane) + (i / channels)]);
    }

    /// <summary>Writes samples as planes, [C, H, W], 0 to 1.</summary>
    private void Resize(DecodedImage decoded, SampleImage samples, Span<float> planes)
    {
        (ResampleAxis x, ResampleAxis y) = Axes(decoded, samples.Width, samples.Height, Array.MaxLength);
        int part = x.Count * y.Count;
        SampleResampler.Resize(samples, samples.WindowOf(Spec.SampleRange), (0, 0), x, y, planes);
        SampleResampler.SpreadGray(samples, part, planes[..(Spec.ChannelCount * part)]);
        if (part < Spec.PlaneLength)
            Letterbox.Frame(planes, x.Count, y.Count, Spec);
    }

    private PixelBuffer Crop(DecodedImage decoded)
    {
        (ResampleAxis x, ResampleAxis y) = Axes(decoded, decoded.Pixels.Width, decoded.Pixels.Height, PixelBuffer.MaximumPixels);
        PixelBuffer part = PillowResampler.Resize(decoded.Pixels, x, y);
        if (part.Width == Spec.ImageWidth && part.Height == Spec.ImageHeight)
            return part;

        using (part)
            return Letterbox.Frame(part, Spec);
    }

    /// <summary>How both sides are resized and cropped. All rows that are needed are resized along x first, to at most so many pixels.</summary>
    private (ResampleAxis X, ResampleAxis Y) Axes(DecodedImage decoded, int pixelWidth, int pixelHeight, long mostBetween)
    {
        (int width, int height, PixelBox box) = (decoded.FullWidth, decoded.FullHeight, decoded.Content);
        (long resizedWidth, long resizedHeight) = Resized(width, height);
        ResampleAxis x = Axis(pixelWidth, box.Left, box.Right, resizedWidth, Spec.ImageWidth);
        ResampleAxis y = Axis(pixelHeight, box.Top, box.Bottom, resizedHeight, Spec.ImageHeight);
        long rows = new ResampleFilter(y).SourceCount;
        return rows * x.Count <= mostBetween ? (x, y) : throw new ImageFormatException(
            decoded.Name, ImageFault.TooManyPixels,
            $"to resize its {width}×{height} pixels, {x.Count}×{rows} are needed in between, more than memory can hold.",
            advice: "Scale the image down or cut it first.");
    }

    /// <summary>The size of the whole image after the resize.</summary>
    private (long Width, long Height) Resized(int width, int height)
    {
        long target = Spec.ResizePixels;
        if (Spec.Resize == ResizeMode.ShortSide)
        {
            // As in torchvision 0.14: _compute_resized_output_size cuts the long side to a whole number.
            int shortSide = Math.Min(width, height);
            return ((long)((double)(target * width) / shortSide), (long)((double)(target * height) / shortSide));
        }

        (long frameWidth, long frameHeight) = Frame();
        if (Spec.Resize == ResizeMode.Stretch)
            return (frameWidth, frameHeight);

        double scale = Math.Min((double)frameWidth / width, (double)frameHeight / height);
        return (Math.Max(1, (long)Math.Round(width * scale)), Math.Max(1, (long)Math.Round(height * scale)));
    }

    /// <summary>The size that a stretch gives every image, and into which a letterbox fits it.</summary>
    private (long Width, long Height) Frame()
    {
        double target = Spec.ResizePixels;
        int shortCrop = Math.Min(Spec.ImageHeight, Spec.ImageWidth);
        return ((long)Math.Round(target * Spec.ImageWidth / shortCrop), (long)Math.Round(target * Spec.ImageHeight / shortCrop));
    }

    /// <summary>One side: resized to a length, then cropped in the center if it is too long.</summary>
    private ResampleAxis Axis(int length, float start, float end, long resized, int imageSide)
    {
        int cropped = (int)Math.Min(imageSide, resized);
        long rest = resized - cropped;
        long first = Spec.CropRounding == CropRounding.Down ? rest / 2 : (long)Math.Round(rest / 2.0, MidpointRounding.ToEven);
        return new ResampleAxis(length, start, end, resized, first, cropped, Spec.Interpolation);
    }

    private void CheckLength(int length, string parameter)
    {
        if (length < TensorLength)
            throw new ArgumentException($"An image takes {Plural.Of(TensorLength, "element")}; the destination has {length}.", parameter);
    }
}
