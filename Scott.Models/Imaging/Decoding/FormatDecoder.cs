namespace Scott.Models.Imaging;

/// <summary>Chooses who decodes a file: the app's own decoders come first, then ours, then Skia.</summary>
internal static class FormatDecoder
{
    /// <summary>The longest side of an image, in pixels; OpenCV has the same limit. A resize takes memory in proportion to it.</summary>
    private const int MaximumSide = 1 << 20;

    /// <summary>Whether the first bytes are of a format that can be decoded.</summary>
    public static bool Recognizes(ReadOnlySpan<byte> start, string name, ImageDecodingOptions options) =>
        ImageSignature.Format(start) is not null || Find(start, name, options) is not null;

    /// <summary>Whether the first bytes are of a TIFF file that no decoder of the app takes.</summary>
    public static bool IsTiff(ReadOnlySpan<byte> start, string name, ImageDecodingOptions options) =>
        ImageSignature.Format(start) == ImageSignature.Tiff && Find(start, name, options) is null;

    /// <summary>Decodes a file, upright. A JPEG gets the smallest scale at which both sides of the upright image are at least so long; 0 gives full
    /// size.</summary>
    public static DecodedImage Decode(
        ReadOnlyMemory<byte> encoded, ImageSource source, ImageDecodingOptions options, CancellationToken cancellationToken,
        (int Width, int Height) least = default)
    {
        ReadOnlySpan<byte> bytes = encoded.Span;
        (string name, int page) = (source.Name, source.Page);
        if (Find(bytes, name, options) is { } decoder)
            return ChannelSelection.Of(Run(decoder, new EncodedImage(encoded, name, page, options), cancellationToken), name, options.Channels);
        if (ImageSignature.Format(bytes) == ImageSignature.Tiff)
            return ChannelSelection.Of(TiffDecoder.Decode(encoded, source, options, cancellationToken), name, options.Channels);
        if (page != 0)
            throw NoSuchPage(name, page, 1);

        return Png16Decoder.Handles(bytes)
            ? ChannelSelection.Of(Png16Decoder.Decode(bytes, name, options, cancellationToken), name, options.Channels)
            : ChannelSelection.Of(SkiaDecoder.Decode(bytes, name, options, least), name, options.Channels);
    }

    public static ImageFormatException NoSuchPage(string name, int page, int pages) =>
        new(name, ImageFault.NoSuchPage, $"it has {Plural.Of(pages, "page")}; page {page} was asked for, counted from 0.");

    private static IImageDecoder? Find(ReadOnlySpan<byte> encoded, string name, ImageDecodingOptions options)
    {
        ReadOnlySpan<byte> start = encoded[..Math.Min(encoded.Length, ImageDecodingOptions.SignatureBytes)];
        foreach (IImageDecoder decoder in options.Decoders)
        {
            try
            {
                if (decoder.CanDecode(start))
                    return decoder;
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                throw Failed(name, decoder, exception);
            }
        }

        return null;
    }

    private static SampleImage Run(IImageDecoder decoder, EncodedImage image, CancellationToken cancellationToken)
    {
        SampleImage? samples;
        try
        {
            samples = decoder.Decode(image, cancellationToken);
        }
        catch (Exception exception) when (exception is not (OutOfMemoryException or ImageFormatException)
            && !(exception is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            throw Failed(image.Name, decoder, exception);
        }

        if (samples is null)
            throw new ImageFormatException(image.Name, ImageFault.DecoderFailed, $"the decoder {NameOf(decoder)} returned null; expected an image.");

        RequirePixels(image.Name, $"the decoder {NameOf(decoder)} returned", samples.Width, samples.Height, image.Options);
        return samples;
    }

    /// <summary>Refuses an image that is larger than the options allow, or so long that a resize of its few pixels would fill the memory.</summary>
    public static void RequirePixels(string name, string who, long width, long height, ImageDecodingOptions options)
    {
        string? expected = width > options.MaximumPixels / Math.Max(height, 1) ? $"at most {options.MaximumPixels} in all"
            : Math.Max(width, height) > MaximumSide ? $"at most {MaximumSide} on a side"
            : null;
        if (expected is not null)
            throw new ImageFormatException(name, ImageFault.TooManyPixels, $"{who} {width}×{height} pixels; expected {expected}.");
    }

    private static ImageFormatException Failed(string name, IImageDecoder decoder, Exception exception) => new(
        name, ImageFault.DecoderFailed, $"the decoder {NameOf(decoder)} failed: {Quoted.Value(exception.Message, Quoted.LongestFault)}", exception);

    private static string NameOf(IImageDecoder decoder) => decoder.GetType().Name;
}
