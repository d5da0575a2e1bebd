namespace Scott.Models.Imaging;

/// <summary>Decodes JPEG, PNG, WebP, BMP and GIF (the first frame) to RGB, turned upright by the EXIF orientation, otherwise XMP's.</summary>
/// <remarks>
/// As Pillow's <c>convert("RGB")</c> does, alpha is dropped without blending and color profiles are not applied. Gray, palette and CMYK images
/// become RGB; of 16-bit channels the high byte is taken; pixels that a GIF leaves transparent are black. An image whose data is cut off or
/// damaged throws; it is never returned in part. Damage that leaves the right number of valid codes looks like content to any decoder.
/// </remarks>
public static class ImageDecoder
{
    /// <summary>The extensions of the formats decoded, with the dot, lower case. Decoding goes by a file's first bytes, not by its name.</summary>
    public static IReadOnlyList<string> FileExtensions { get; } =
        [".jpg", ".jpeg", ".jpe", ".jfif", ".pjpeg", ".pjp", ".png", ".apng", ".webp", ".bmp", ".dib", ".gif"];

    /// <summary>Reads a source and decodes it. Decoding runs on the calling thread, or on the one that finishes the reading.</summary>
    /// <param name="source">The image.</param>
    /// <param name="options">The limits; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Cancels reading; checked again before decoding.</param>
    /// <returns>The image; for a source made from an <see cref="RgbImage"/>, that one.</returns>
    /// <exception cref="ImageFormatException">The data is no sound image, is larger than the options allow, or the path leads to no file.</exception>
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
