using Microsoft.Win32.SafeHandles;

namespace Scott.Models.Imaging;

/// <summary>An image whose tiles are taken from top to bottom: a TIFF file is read band by band, any other image is decoded as a whole. For one
/// thread at a time.</summary>
internal abstract class LargeImage : IDisposable
{
    public abstract int Width { get; }
    public abstract int Height { get; }

    /// <summary>Opens an image. Tiles of at most so many rows can be taken.</summary>
    /// <exception cref="ImageFormatException">The data is not an intact image or exceeds the limits.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public static async Task<LargeImage> OpenAsync(
        ImageSource source, int tileRows, ImageDecodingOptions options, CancellationToken cancellationToken)
    {
        if (source.InMemory(options.Channels) is { } image)
            return new WholeImage(image);

        if (source.FilePath is { } path && OpenBands(path, source, tileRows, options) is { } bands)
            return bands;

        // A stream can be read once, so a TIFF file is kept in memory.
        EncodedBytes encoded = await source.ReadAsync(options, cancellationToken).ConfigureAwait(false);
        bool isKept = false;
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!FormatDecoder.IsTiff(encoded.Memory.Span, source.Name, options))
                return new WholeImage(FormatDecoder.Decode(encoded.Memory, source, options, cancellationToken));

            LargeImage opened = TiffBands.Open(TiffBytes.Of(encoded.Memory), encoded, source, tileRows, options)
                ?? (LargeImage)new WholeImage(FormatDecoder.Decode(encoded.Memory, source, options, cancellationToken));
            isKept = opened is TiffBands;
            return opened;
        }
        finally
        {
            if (!isKept)
                encoded.Dispose();
        }
    }

    /// <summary>A tile. Its rows must not lie above those of an earlier tile.</summary>
    public abstract ImageSource Take(ImageTile tile, string name, CancellationToken cancellationToken);

    public abstract void Dispose();

    private static TiffBands? OpenBands(string path, ImageSource source, int tileRows, ImageDecodingOptions options)
    {
        SafeFileHandle file = EncodedReader.Open(path);
        bool isKept = false;
        try
        {
            byte[] start = new byte[ImageDecodingOptions.SignatureBytes];
            int read = RandomAccess.Read(file, start, 0);
            if (!FormatDecoder.IsTiff(start.AsSpan(0, read), source.Name, options))
                return null;

            TiffBands? bands = TiffBands.Open(TiffBytes.Of(file), file, source, tileRows, options);
            isKept = bands is not null;
            return bands;
        }
        finally
        {
            if (!isKept)
                file.Dispose();
        }
    }

    private sealed class WholeImage(DecodedImage image) : LargeImage
    {
        public override int Width => image.Width;
        public override int Height => image.Height;

        public override ImageSource Take(ImageTile tile, string name, CancellationToken cancellationToken)
        {
            if (image.Samples is { } samples)
                return ImageSource.FromSamples(samples.Crop(tile.Left, tile.Top, tile.Width, tile.Height), name);

            using PixelBuffer part = image.Pixels.Crop(tile.Left, tile.Top, tile.Width, tile.Height);
            return ImageSource.FromImage(RgbImage.FromBuffer(part), name);
        }

        public override void Dispose() => image.Dispose();
    }
}
