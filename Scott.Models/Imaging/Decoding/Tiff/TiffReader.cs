using BitMiracle.LibTiff.Classic;

namespace Scott.Models.Imaging;

/// <summary>Reads the rows of a page from top to bottom with LibTiff. For one call at a time, on any thread.</summary>
/// <remarks>Channels that are stored apart are read through a handle each: LibTiff decodes a strip from its first row again whenever it comes back to
/// it.</remarks>
internal sealed class TiffReader : IDisposable
{
    private const int RowsPerCheck = 64;

    private const int LargestStreamedPiece = 1 << 28; // bytes: LibTiff reads a whole strip or tile at once

    private readonly TiffLayout _layout;
    private readonly string _name;
    private readonly List<(TiffPort Port, Tiff File)> _handles = [];
    private readonly byte[] _piece;

    /// <exception cref="ImageFormatException">The page is damaged.</exception>
    public TiffReader(TiffBytes tiff, TiffPages pages, TiffPage page, TiffLayout layout, string name)
    {
        (_layout, _name) = (layout, name);
        try
        {
            for (int handle = 0; handle < (layout.IsTiled ? 1 : layout.Planes); handle++)
                Open(new TiffPort(tiff, pages, page.Offset));

            long piece = layout.IsTiled ? layout.TileBytes : layout.RowBytes(layout.Width);
            RequireSmall(piece);
            _piece = new byte[piece];
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The rows that are best read at once: those of a tile, or some.</summary>
    public int UnitRows => _layout.IsTiled ? _layout.TileHeight : RowsPerCheck;

    /// <summary>Reads rows. In tiles, the first is a multiple of their height.</summary>
    /// <exception cref="ImageFormatException">The data is damaged.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public void Read(int top, int height, TiffRows rows, CancellationToken cancellationToken)
    {
        for (short plane = 0; plane < _layout.Planes; plane++)
        {
            (TiffPort port, Tiff file) = _handles[_layout.IsTiled ? 0 : plane];
            Guard(port, () =>
            {
                if (_layout.IsTiled)
                    ReadTiles(port, file, top, height, rows, plane, cancellationToken);
                else
                    ReadStrips(port, file, top, height, rows, plane, cancellationToken);
            });
        }
    }

    public void Dispose()
    {
        foreach ((TiffPort _, Tiff file) in _handles)
            file.Dispose();
    }

    /// <summary>LibTiff throws whatever its damaged input leads to.</summary>
    private void Guard(TiffPort port, Action work)
    {
        using IDisposable hearing = port.Listen();
        try
        {
            work();
        }
        catch (Exception exception) when (exception is not (OutOfMemoryException or OperationCanceledException or ImageFormatException))
        {
            throw port.Failed(_name, _layout, exception);
        }
    }

    private void Open(TiffPort port) => Guard(port, () =>
    {
        Tiff file = port.Open();
        _handles.Add((port, file));
        Check(file, _layout);
        for (int strip = 0; !_layout.IsTiled && strip < file.NumberOfStrips(); strip++)
            RequireLength(port, file.RawStripSize(strip));
    });

    private void RequireLength(TiffPort port, long bytes)
    {
        port.RequireLength(bytes);
        RequireSmall(bytes);
    }

    /// <summary>Refuses a piece that is too large for a file of which only a part is to be in memory.</summary>
    private void RequireSmall(long bytes)
    {
        if (_layout.IsStreamed && bytes > LargestStreamedPiece)
        {
            throw new ImageFormatException(
                _name, ImageFault.UnsupportedVariant,
                $"a strip or tile has {bytes} bytes; expected at most {LargestStreamedPiece}, to read a part of the image.",
                advice: "Save the image in smaller tiles.");
        }
    }

    /// <summary>Compares what LibTiff understood with the tags.</summary>
    private static void Check(Tiff file, TiffLayout layout)
    {
        if (layout.IsJpeg)
            file.SetField(TiffTag.JPEGCOLORMODE, JpegColorMode.RGB);

        long rowBytes = layout.IsTiled ? file.TileRowSize() : file.ScanlineSize();
        if (rowBytes != layout.RowBytes(layout.IsTiled ? layout.TileWidth : layout.Width) || file.IsTiled() != layout.IsTiled)
            throw new InvalidDataException("its tags contradict each other");

        // LibTiff skips a tag of a type that it does not expect. What these two say would then be missing from the pixels.
        if (Stored(file, TiffTag.FILLORDER) != layout.FillOrder || (layout.HasPredictor && Stored(file, TiffTag.PREDICTOR) != layout.Predictor))
            throw new InvalidDataException("its predictor or its order of bits is stored as a type that is not read; expected SHORT");
    }

    /// <summary>The number that LibTiff has for a tag; 1, the default of the tags that are asked for, if it has none.</summary>
    private static int Stored(Tiff file, TiffTag tag) => file.GetField(tag) is [{ } value, ..] ? value.ToInt() : 1;

    private void ReadStrips(TiffPort port, Tiff file, int top, int height, TiffRows rows, short plane, CancellationToken cancellationToken)
    {
        for (int y = top; y < top + height; y++)
        {
            if (y % RowsPerCheck == 0)
                cancellationToken.ThrowIfCancellationRequested();

            port.Require(file.ReadScanline(_piece, y, plane), _layout);
            rows.Write(_piece, 0, y, _layout.Width, plane);
        }
    }

    private void ReadTiles(TiffPort port, Tiff file, int first, int height, TiffRows rows, short plane, CancellationToken cancellationToken)
    {
        int rowBytes = (int)_layout.RowBytes(_layout.TileWidth);
        for (int top = first; top < first + height; top += _layout.TileHeight)
        {
            for (int left = 0; left < _layout.Width; left += _layout.TileWidth)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int number = file.ComputeTile(left, top, 0, plane);
                RequireLength(port, file.RawTileSize(number));
                port.Require(file.ReadEncodedTile(number, _piece, 0, _piece.Length) == _piece.Length, _layout);
                int width = Math.Min(_layout.TileWidth, _layout.Width - left);
                for (int y = 0; y < Math.Min(_layout.TileHeight, first + height - top); y++)
                    rows.Write(_piece.AsSpan(y * rowBytes, rowBytes), left, top + y, width, plane);
            }
        }
    }
}
