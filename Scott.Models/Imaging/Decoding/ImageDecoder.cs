namespace Scott.Models.Imaging;

/// <summary>Decodes JPEG, PNG, WebP, BMP and GIF (the first frame) to RGB, and turns the image upright by its EXIF or else XMP orientation.</summary>
/// <remarks>
/// As Pillow's <c>convert("RGB")</c> does, alpha is dropped without blending and color profiles are not applied. Gray, palette and CMYK images
/// become RGB; 16-bit channels keep their high byte; transparent pixels of a GIF are black. If data is cut off or damaged, decoding throws; it never
/// returns a part of an image. No decoder can detect damage that leaves the right number of valid codes.
/// </remarks>
public static class ImageDecoder
{
    /// <summary>The extensions of the supported formats, with the dot, in lower case. Decoding ignores them: it checks the first bytes.</summary>
    public static IReadOnlyList<string> FileExtensions { get; } =
        [".jpg", ".jpeg", ".jpe", ".jfif", ".pjpeg", ".pjp", ".png", ".apng", ".webp", ".bmp", ".dib", ".gif"];

    /// <summary>Reads a source and decodes it. Decoding runs on the calling thread, or on the one that finishes the reading.</summary>
    /// <param name="source">The image.</param>
    /// <param name="options">The limits; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Cancels reading; checked again before decoding.</param>
    /// <returns>The image. If the source was made from an <see cref="RgbImage"/>, that object.</returns>
    /// <exception cref="ImageFormatException">The data is not an intact image or exceeds the limits, or the path does not lead to a file.</exception>
    /// <exception cref="ScottConfigurationException">An option is not legal.</exception>
    /// <exception cref="IOException">The file cannot be opened or read. What a stream throws reaches the caller unchanged.</exception>
    public static async Task<RgbImage> DecodeAsync(
        ImageSource source, ImageDecodingOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        options ??= new ImageDecodingOptions();
        options.Validate();
        cancellationToken.ThrowIfCancellationRequested();
        if (source.Image is { } image)
            return image;

        using EncodedBytes encoded = await source.ReadAsync(options, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        using DecodedImage decoded = SkiaDecoder.Decode(encoded.Memory.Span, source.Name, options);
        return RgbImage.FromBuffer(decoded.Pixels);
    }
}
