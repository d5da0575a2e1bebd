using BitMiracle.LibTiff.Classic;

namespace Scott.Models.Imaging;

/// <summary>Decodes a page of a TIFF file with LibTiff, exactly, to 1 or 3 channels; alpha is dropped without blending. If another number of channels
/// is asked for, a page of so many is read whole, and pages of one channel become channels.</summary>
internal static class TiffDecoder
{
    private const int RowsPerCheck = 64;

    public static SampleImage Decode(
        ReadOnlyMemory<byte> tiff, ImageSource source, ImageDecodingOptions options, CancellationToken cancellationToken)
    {
        (string name, int first, int channels) = (source.Name, source.Page, options.Channels);
        var pages = TiffPages.Find(tiff.Span, name);
        SampleImage image = Decode(tiff, pages, first, name, options, cancellationToken);
        if (channels is 1 or ScottArchitecture.RgbChannels || image.Channels != 1)
            return image;

        if ((source.ChosenPage is null && pages.Count != channels) || pages.Count - first < channels)
        {
            throw new ImageFormatException(
                name, ImageFault.WrongChannels,
                $"it has {Plural.Of(pages.Count, "page")} of one channel, and {channels} channels are asked for"
                + (pages.Count <= channels ? "." : $": {channels} pages from the first that ImageSource.WithPage chooses."));
        }

        if ((long)image.Bytes.Length * channels > Array.MaxLength)
        {
            string size = $"{image.Width}×{image.Height} pixels of {channels} channels";
            throw new ImageFormatException(name, ImageFault.TooManyPixels, $"its {size} are more than memory can hold.");
        }

        SampleImage[] planes = [.. Enumerable.Range(first, channels).Select(
            page => page == first ? image : Decode(tiff, pages, page, name, options, cancellationToken))];
        return ChannelSelection.Join(planes, name);
    }

    private static SampleImage Decode(
        ReadOnlyMemory<byte> tiff, TiffPages pages, int page, string name, ImageDecodingOptions options, CancellationToken cancellationToken)
    {
        TiffPage directory = pages.Read(tiff.Span, page, name);
        TiffLayout layout = directory.Layout(tiff.Span, name, options);
        using var port = new TiffPort(tiff, pages, directory.Offset);
        try
        {
            byte[] samples = new byte[layout.SampleBytes];
            Read(port, layout, samples, cancellationToken);
            var image = SampleImage.Wrap(samples, layout.Format, layout.Width, layout.Height, layout.ReadChannels);
            return SampleOrientation.Apply(image, layout.Orientation);
        }
        catch (Exception exception) when (exception is not (OutOfMemoryException or OperationCanceledException or ImageFormatException))
        {
            // LibTiff throws whatever its damaged input leads to.
            throw port.Failed(name, layout, exception);
        }
    }

    private static void Read(TiffPort port, TiffLayout layout, byte[] samples, CancellationToken cancellationToken)
    {
        using Tiff file = port.Open();
        if (layout.IsJpeg)
            file.SetField(TiffTag.JPEGCOLORMODE, JpegColorMode.RGB);

        long rowBytes = layout.IsTiled ? file.TileRowSize() : file.ScanlineSize();
        if (rowBytes != layout.RowBytes(layout.IsTiled ? layout.TileWidth : layout.Width) || file.IsTiled() != layout.IsTiled)
            throw new InvalidDataException("its tags contradict each other");

        // LibTiff skips a tag of a type that it does not expect. What these two say would then be missing from the pixels.
        if (Stored(file, TiffTag.FILLORDER) != layout.FillOrder || (layout.HasPredictor && Stored(file, TiffTag.PREDICTOR) != layout.Predictor))
            throw new InvalidDataException("its predictor or its order of bits is stored as a type that is not read; expected SHORT");

        var rows = new TiffRows(layout, samples);
        for (short plane = 0; plane < (layout.IsPlanar ? Math.Min(layout.Channels, layout.ReadChannels) : 1); plane++)
        {
            if (layout.IsTiled)
                ReadTiles(port, file, layout, rows, plane, cancellationToken);
            else
                ReadStrips(port, file, layout, rows, plane, cancellationToken);
        }
    }

    /// <summary>The number that LibTiff has for a tag; 1, the default of the tags that are asked for, if it has none.</summary>
    private static int Stored(Tiff file, TiffTag tag) => file.GetField(tag) is [{ } value, ..] ? value.ToInt() : 1;

    private static void ReadStrips(
        TiffPort port, Tiff file, TiffLayout layout, TiffRows rows, short plane, CancellationToken cancellationToken)
    {
        for (int strip = 0; strip < file.NumberOfStrips(); strip++)
            port.RequireLength(file.RawStripSize(strip));

        byte[] row = new byte[layout.RowBytes(layout.Width)];
        for (int y = 0; y < layout.Height; y++)
        {
            if (y % RowsPerCheck == 0)
                cancellationToken.ThrowIfCancellationRequested();

            port.Require(file.ReadScanline(row, y, plane), layout);
            rows.Write(row, 0, y, layout.Width, plane);
        }
    }

    private static void ReadTiles(
        TiffPort port, Tiff file, TiffLayout layout, TiffRows rows, short plane, CancellationToken cancellationToken)
    {
        byte[] tile = new byte[layout.TileBytes];
        int rowBytes = (int)layout.RowBytes(layout.TileWidth);
        for (int top = 0; top < layout.Height; top += layout.TileHeight)
        {
            for (int left = 0; left < layout.Width; left += layout.TileWidth)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int number = file.ComputeTile(left, top, 0, plane);
                port.RequireLength(file.RawTileSize(number));
                port.Require(file.ReadEncodedTile(number, tile, 0, tile.Length) == tile.Length, layout);
                int width = Math.Min(layout.TileWidth, layout.Width - left);
                for (int y = 0; y < Math.Min(layout.TileHeight, layout.Height - top); y++)
                    rows.Write(tile.AsSpan(y * rowBytes, rowBytes), left, top + y, width, plane);
            }
        }
    }
}

/// <summary>Puts stored rows of a page into its samples, [H, W, C].</summary>
internal sealed class TiffRows(TiffLayout layout, byte[] samples)
{
    private readonly int _bytes = SampleImage.BytesOf(layout.Format);

    /// <summary>Writes pixels of a row from a column on; a plane is one of the channels.</summary>
    public void Write(ReadOnlySpan<byte> row, int left, int y, int width, int plane)
    {
        int channels = layout.ReadChannels;
        Span<byte> target = samples.AsSpan((int)((((long)y * layout.Width) + left) * channels * _bytes), width * channels * _bytes);
        if (layout.IsPalette)
        {
            WriteColors(row, target);
            return;
        }

        int kept = layout.IsPlanar ? 1 : channels;
        for (int x = 0; x < width; x++)
        {
            Span<byte> pixel = target.Slice(((x * channels) + plane) * _bytes, kept * _bytes);
            if (layout.Bits < 8)
                pixel[0] = (byte)(Packed(row, x) * byte.MaxValue / ((1 << layout.Bits) - 1));
            else
                row.Slice(x * layout.StoredChannels * _bytes, pixel.Length).CopyTo(pixel);

            // Unsigned numbers of any size: the greatest minus a number is the number with all bits inverted.
            for (int i = 0; layout.IsInverted && i < pixel.Length; i++)
                pixel[i] = (byte)~pixel[i];
        }
    }

    private void WriteColors(ReadOnlySpan<byte> row, Span<byte> target)
    {
        int colors = layout.Colors.Length / 3;
        for (int x = 0; x < target.Length / 3; x++)
        {
            int index = layout.Bits == 8 ? row[x * layout.StoredChannels] : Packed(row, x);
            if (index >= colors)
                throw new InvalidDataException($"color {index} is not in its palette of {colors}");

            for (int channel = 0; channel < 3; channel++)
                target[(x * 3) + channel] = layout.Colors[(channel * colors) + index];
        }
    }

    /// <summary>A sample of 1, 2 or 4 bits.</summary>
    private int Packed(ReadOnlySpan<byte> row, int x)
    {
        int bit = x * layout.Bits;
        return (row[bit / 8] >> (8 - layout.Bits - (bit % 8))) & ((1 << layout.Bits) - 1);
    }
}
