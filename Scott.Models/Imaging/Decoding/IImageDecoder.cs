namespace Scott.Models.Imaging;

/// <summary>Decodes a format that this package does not, such as AVIF, HEIC, JPEG XL or DICOM. Add it to <see cref="ImageDecodingOptions.Decoders"/>:
/// these decoders are asked before the built-in ones. Implementations are thread-safe.</summary>
public interface IImageDecoder
{
    /// <summary>Whether a file is of this decoder's format.</summary>
    /// <param name="start">The file's first bytes: 256, or fewer if it is shorter.</param>
    bool CanDecode(ReadOnlySpan<byte> start);

    /// <summary>Decodes a file to an upright image.</summary>
    /// <param name="image">The file and the limits. Check <see cref="ImageDecodingOptions.MaximumPixels"/> before memory is allocated; the result is
    /// checked again.</param>
    /// <param name="cancellationToken">Check it where decoding is long.</param>
    /// <returns>1 channel (gray), 2 (gray, alpha), 3 (red, green, blue) or 4 (with alpha), or as many as
    /// <see cref="ImageDecodingOptions.Channels"/> asks for. 8 bits per sample are treated as any 8-bit image; more bits keep their
    /// precision.</returns>
    /// <remarks>An exception becomes an <see cref="ImageFormatException"/> with <see cref="ImageFault.DecoderFailed"/>.</remarks>
    SampleImage Decode(EncodedImage image, CancellationToken cancellationToken);
}

/// <summary>An encoded image that an <see cref="IImageDecoder"/> decodes.</summary>
/// <param name="Bytes">The whole file. Valid only until the decoder returns.</param>
/// <param name="Name">What messages call it: <see cref="ImageSource.Name"/>, which is not always a path.</param>
/// <param name="Page">The page to decode, from 0.</param>
/// <param name="Options">The limits.</param>
public readonly record struct EncodedImage(ReadOnlyMemory<byte> Bytes, string Name, int Page, ImageDecodingOptions Options);
