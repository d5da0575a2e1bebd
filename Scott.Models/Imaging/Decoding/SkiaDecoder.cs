using SkiaSharp;

namespace Scott.Models.Imaging;

/// <summary>Decodes images with Skia, and finds damage that Skia does not report.</summary>
/// <remarks>Pixels come out without alpha blending or color management, as Pillow's <c>convert("RGB")</c> gives them. Transparent pixels of a
/// GIF are black.</remarks>
internal static class SkiaDecoder
{
    private const int ScaleSteps = 8;

    /// <summary>Decodes a file, upright. A JPEG gets the smallest scale at which both sides of the upright image are at least so long; 0 gives full
    /// size.</summary>
    public static DecodedImage Decode(
        ReadOnlySpan<byte> encoded, string name, ImageDecodingOptions options, (int Width, int Height) least = default)
    {
        if (encoded.IsEmpty)
            throw new ImageFormatException(name, ImageFault.Empty, "it has 0 bytes; expected an image.");

        SkiaLibrary.Load();
        try
        {
            return DecodeAsIs(encoded, name, options, least);
        }
        catch (ImageFormatException exception) when (exception.Fault is ImageFault.Header or ImageFault.Truncated or ImageFault.Corrupt)
        {
            if (ImageRepair.Repair(encoded, options.MaximumPixels) is not { } repaired)
                throw;

            return DecodeAsIs(repaired, name, options, least);
        }
    }

    private static unsafe DecodedImage DecodeAsIs(
        ReadOnlySpan<byte> encoded, string name, ImageDecodingOptions options, (int Width, int Height) least)
    {
        fixed (byte* first = encoded)
        {
            using SKData data = SKData.Create((nint)first, encoded.Length);
            using SKCodec? codec = SKCodec.Create(data);
            HeaderCheck.Run(codec, encoded, name, options);
            SKSizeI full = codec.Info.Size;
            JpegStructure? structure = codec.EncodedFormat == SKEncodedImageFormat.Jpeg ? JpegStructure.Read(encoded, name) : null;

            // The markers of a JPEG are intact by now. Those of other files are read after the pixels, which show damage.
            SKEncodedOrigin? early = structure is null ? null : EncodedOrientation.Read(encoded, codec.EncodedFormat);
            int eighths = early is { } turn && least.Width > 0 ? ScaleOf(codec, least, turn) : ScaleSteps;
            SKSizeI size = eighths < ScaleSteps ? codec.GetScaledDimensions((float)eighths / ScaleSteps) : full;
            PixelBuffer pixels = structure is null ? DecodePixels(codec, size, name) : DecodeJpeg(codec, size, structure, encoded, name);

            // The codec's own orientation is not used: it ignores PNG metadata, and some JPEG and WebP metadata.
            SKEncodedOrigin origin = early ?? EncodedOrientation.Read(encoded, codec.EncodedFormat);
            PixelBox content = PixelBox.OfReduced(full, size, (float)eighths / ScaleSteps, origin);
            (int width, int height) = PixelOrientation.Transposes(origin) ? (full.Height, full.Width) : (full.Width, full.Height);
            return new DecodedImage(PixelOrientation.Apply(pixels, origin), width, height, content);
        }
    }

    private static PixelBuffer DecodeJpeg(SKCodec codec, SKSizeI size, JpegStructure structure, ReadOnlySpan<byte> encoded, string name)
    {
        bool isProgressive = structure.Frame.Marker == JpegMarker.ProgressiveFrame;

        // Decoders smooth over missing data of a progressive file, so no gray shows. Walking its first scans is quick.
        if (isProgressive || structure.HasHole)
            JpegEntropyCheck.Run(encoded, name, onlyFirstCoefficients: !structure.HasHole);

        PixelBuffer pixels = DecodePixels(codec, size, name);
        try
        {
            if (!isProgressive && !structure.HasHole && structure.HasGrayTail(pixels))
                JpegEntropyCheck.Run(encoded, name, onlyFirstCoefficients: false);

            return pixels;
        }
        catch
        {
            pixels.Dispose();
            throw;
        }
    }

    private static unsafe PixelBuffer DecodePixels(SKCodec codec, SKSizeI size, string name)
    {
        var pixels = new PixelBuffer(size.Width, size.Height);
        SKCodecResult result;
        fixed (byte* first = pixels.BytesWithSlack)
        {
            var info = new SKImageInfo(size.Width, size.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
            result = codec.GetPixels(info, (nint)first, pixels.RowBytes, SKCodecOptions.Default);
        }

        if (result == SKCodecResult.Success)
            return pixels;

        pixels.Dispose();
        string data = $"its {codec.EncodedFormat} data";
        throw result == SKCodecResult.IncompleteInput
            ? new ImageFormatException(name, ImageFault.Truncated, $"{data} ends before the last of its {size.Width}×{size.Height} pixels.")
            : new ImageFormatException(name, ImageFault.Corrupt, $"{data} is damaged ({result}).");
    }

    /// <summary>The smallest scale, in eighths, that keeps both sides long enough.</summary>
    private static int ScaleOf(SKCodec codec, (int Width, int Height) least, SKEncodedOrigin origin)
    {
        (int width, int height) = PixelOrientation.Transposes(origin) ? (least.Height, least.Width) : least;
        return Enumerable.Range(1, ScaleSteps - 1).FirstOrDefault(
            step => codec.GetScaledDimensions((float)step / ScaleSteps) is var size && size.Width >= width && size.Height >= height, ScaleSteps);
    }
}
