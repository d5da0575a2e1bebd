namespace Scott.Models.Imaging;

/// <summary>Decodes JPEG, PNG, WebP, BMP, GIF (the first frame) and TIFF, and turns images upright. The orientation is that of EXIF,
/// or of XMP if EXIF has none.</summary>
/// <remarks>
/// As Pillow's <c>convert("RGB")</c> does, alpha is dropped without blending and color profiles are not applied. Colors of a TIFF that are multiplied
/// by their alpha are divided by it first. Gray and palette images and CMYK JPEGs become RGB; CMYK TIFFs are refused. Transparent pixels of a GIF are
/// black. If data is cut off or damaged, decoding throws; it never returns a part of an image. No decoder can detect damage that leaves the right
/// number of valid codes.
/// </remarks>
public static class ImageDecoder
{
    /// <summary>The extensions of the supported formats, with the dot, in lower case. Decoding ignores them: it checks the first bytes.</summary>
    public static IReadOnlyList<string> FileExtensions { get; } =
        [".jpg", ".jpeg", ".jpe", ".jfif", ".pjpeg", ".pjp", ".png", ".apng", ".webp", ".bmp", ".dib", ".gif", ".tif", ".tiff"];

    /// <summary>Reads a source and decodes it to 8 bits per channel: samples of 16 or 32 bits keep their high byte, floats are scaled from 0 to 1.
    /// See <see cref="DecodeSamplesAsync"/> for all bits. Decoding runs on the calling thread, or on the one that finishes the reading.</summary>
    /// <param name="source">The image.</param>
    /// <param name="options">The limits; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Cancels reading, and the decoding of TIFF, 16-bit PNG and own formats.</param>
    /// <returns>The image, of three channels whatever <see cref="ImageDecodingOptions.Channels"/> says. If the source was made from an
    /// <see cref="RgbImage"/>, that object.</returns>
    /// <exception cref="ImageFormatException">The data is not an intact image or exceeds the limits, or the path does not lead to a file.</exception>
    /// <exception cref="NativeLibraryException">SkiaSharp's native library, which decodes images, is missing or does not load.</exception>
    /// <exception cref="ScottConfigurationException">An option is not legal.</exception>
    /// <exception cref="IOException">The file cannot be opened or read. What a stream throws reaches the caller unchanged.</exception>
    public static async Task<RgbImage> DecodeAsync(
        ImageSource source, ImageDecodingOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        options ??= new ImageDecodingOptions();
        if (source.Image is { } image && source.Page == 0)
        {
            options.Validate();
            cancellationToken.ThrowIfCancellationRequested();
            return image;
        }

        ImageDecodingOptions colors = options.ForChannels(ScottArchitecture.RgbChannels);
        using DecodedImage decoded = await ReadAsync(source, colors, cancellationToken).ConfigureAwait(false);
        return decoded.ToRgbImage();
    }

    /// <summary>Reads a source and decodes it with all its bits per sample, for example to look at its range.</summary>
    /// <param name="source">The image.</param>
    /// <param name="options">The limits; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Cancels reading, and the decoding of TIFF, 16-bit PNG and own formats.</param>
    /// <returns>What an image of more than 8 bits per sample holds: 1 or 3 channels of a TIFF or a PNG, or those of an array or of an own decoder's
    /// result. Every other image has 3 channels of 8 bits. If <see cref="ImageDecodingOptions.Channels"/> is not 3, exactly that many.</returns>
    /// <exception cref="ImageFormatException">The data is not an intact image or exceeds the limits, or the path does not lead to a file.</exception>
    /// <exception cref="NativeLibraryException">SkiaSharp's native library, which decodes images, is missing or does not load.</exception>
    /// <exception cref="ScottConfigurationException">An option is not legal.</exception>
    /// <exception cref="IOException">The file cannot be opened or read. What a stream throws reaches the caller unchanged.</exception>
    public static async Task<SampleImage> DecodeSamplesAsync(
        ImageSource source, ImageDecodingOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        options ??= new ImageDecodingOptions();
        using DecodedImage decoded = await ReadAsync(source, options, cancellationToken).ConfigureAwait(false);
        if (decoded.Samples is { } samples)
            return ChannelSelection.ForApp(samples, options.Channels);

        int channels = decoded.IsGray ? 1 : ScottArchitecture.RgbChannels;
        byte[] pixels = new byte[decoded.Width * decoded.Height * channels];
        PixelConversion.FromRgbx(decoded.Pixels.Bytes, channels, pixels);
        return SampleImage.Wrap(pixels, SampleFormat.UInt8, decoded.Width, decoded.Height, channels);
    }

    /// <summary>Counts the pages of a TIFF file, without decoding them.</summary>
    /// <param name="source">The image.</param>
    /// <param name="options">The limits; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <returns>The pages of a TIFF, those that are thumbnails too; 1 for every other source.</returns>
    /// <exception cref="ImageFormatException">The file has too many bytes, its pages cannot be found, or the path does not lead to a
    /// file.</exception>
    /// <exception cref="ScottConfigurationException">An option is not legal.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public static async Task<int> CountPagesAsync(
        ImageSource source, ImageDecodingOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        options ??= new ImageDecodingOptions();
        options.Validate();
        if (source.IsInMemory)
            return 1;

        using EncodedBytes encoded = await source.ReadAsync(options, cancellationToken).ConfigureAwait(false);
        return ImageSignature.Format(encoded.Memory.Span) == ImageSignature.Tiff
            ? TiffPages.Find(TiffBytes.Of(encoded.Memory), source.Name).Count
            : 1;
    }

    private static async Task<DecodedImage> ReadAsync(ImageSource source, ImageDecodingOptions options, CancellationToken cancellationToken)
    {
        options.Validate();
        cancellationToken.ThrowIfCancellationRequested();
        if (source.InMemory(options.Channels) is { } image)
            return image;

        using EncodedBytes encoded = await source.ReadAsync(options, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return FormatDecoder.Decode(encoded.Memory, source, options, cancellationToken);
    }
}
