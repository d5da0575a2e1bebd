using SkiaSharp;

namespace Scott.Models.Imaging;

/// <summary>A TIFF file of which only the rows around the present tiles are in memory. Pages that are channels are read side by side.</summary>
internal sealed class TiffBands : LargeImage
{
    private readonly TiffLayout _layout;
    private readonly IDisposable _file;
    private readonly TiffBand[] _pages;
    private readonly string _name;

    private TiffBands(string name, TiffLayout layout, IDisposable file, TiffBand[] pages) =>
        (_name, _layout, _file, _pages) = (name, layout, file, pages);

    public override int Width => _layout.Width;
    public override int Height => _layout.Height;

    /// <summary>Opens a file, which is disposed of with the result; <see langword="null"/> if it must be decoded as a whole, to be turned.</summary>
    public static TiffBands? Open(TiffBytes tiff, IDisposable file, ImageSource source, int tileRows, ImageDecodingOptions options)
    {
        string name = source.Name;
        var found = TiffPages.Find(tiff, name);
        TiffPage page = found.Read(tiff, source.Page, name);
        TiffLayout layout = page.Layout(tiff, name, options, isStreamed: true);
        if (layout.Orientation != SKEncodedOrigin.TopLeft)
            return null;

        var bands = new List<TiffBand>();
        try
        {
            bands.Add(new TiffBand(new TiffReader(tiff, found, page, layout, name), layout, tileRows, name, options));
            int pages = TiffDecoder.CountChannelPages(source, found, layout, options);
            for (int i = 1; i < pages; i++)
            {
                TiffPage next = found.Read(tiff, source.Page + i, name);
                TiffLayout own = next.Layout(tiff, name, options, isStreamed: true);
                bands.Add(new TiffBand(new TiffReader(tiff, found, next, own, name), own, tileRows, name, options));
                if ((own.Width, own.Height) != (layout.Width, layout.Height))
                    throw new ImageFormatException(name, ImageFault.WrongChannels, "its pages cannot be channels of one image: they differ in size.");
            }

            return new TiffBands(name, layout, file, [.. bands]);
        }
        catch
        {
            bands.ForEach(band => band.Dispose());
            throw;
        }
    }

    public override ImageSource Take(ImageTile tile, string name, CancellationToken cancellationToken)
    {
        SampleImage[] parts = [.. _pages.Select(page => page.Take(tile, cancellationToken))];
        return ImageSource.FromSamples(parts is [{ } whole] ? whole : ChannelSelection.Join(parts, _name), name);
    }

    public override void Dispose()
    {
        foreach (TiffBand page in _pages)
            page.Dispose();

        _file.Dispose();
    }
}

/// <summary>The rows of a page that are in memory: those of the present tiles, and what was read with them.</summary>
internal sealed class TiffBand : IDisposable
{
    private readonly TiffReader _reader;
    private readonly TiffLayout _layout;
    private readonly TiffRows _rows;
    private readonly byte[] _samples;
    private readonly SampleImage _image; // the same rows
    private readonly int _rowBytes;
    private int _end; // the first row that is not read yet

    public TiffBand(TiffReader reader, TiffLayout layout, int tileRows, string name, ImageDecodingOptions options)
    {
        (_reader, _layout) = (reader, layout);
        try
        {
            long rows = (long)Math.Min(tileRows, layout.Height) + reader.UnitRows;
            long rowBytes = (long)layout.Width * layout.ReadChannels * SampleImage.BytesOf(layout.Format);
            FormatDecoder.RequirePixels(name, "a row of its tiles has", layout.Width, rows, options);
            if (rows * rowBytes > Array.MaxLength)
            {
                throw new ImageFormatException(
                    name, ImageFault.TooManyPixels, $"a row of its tiles takes {rows * rowBytes} bytes, more than memory can hold.");
            }

            _rowBytes = (int)rowBytes;
            _samples = new byte[rows * rowBytes];
            _rows = new TiffRows(layout, _samples);
            _image = SampleImage.Wrap(_samples, layout.Format, layout.Width, (int)rows, layout.ReadChannels);
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    public SampleImage Take(ImageTile tile, CancellationToken cancellationToken)
    {
        Drop(tile.Top);
        while (_end < tile.Top + tile.Height)
        {
            int count = Math.Min(_reader.UnitRows, _layout.Height - _end);
            _reader.Read(_end, count, _rows, cancellationToken);
            _end += count;
        }

        return _image.Crop(tile.Left, tile.Top - _rows.Top, tile.Width, tile.Height);
    }

    public void Dispose() => _reader.Dispose();

    /// <summary>Forgets the rows above one.</summary>
    private void Drop(int top)
    {
        if (top == _rows.Top)
            return;

        _samples.AsSpan((top - _rows.Top) * _rowBytes, (_end - top) * _rowBytes).CopyTo(_samples);
        _rows.Top = top;
    }
}
