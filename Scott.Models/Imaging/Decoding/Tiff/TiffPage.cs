using SkiaSharp;

namespace Scott.Models.Imaging;

/// <summary>A directory of a TIFF file: how a page's pixels are stored.</summary>
internal sealed class TiffPage(TiffPages pages, Dictionary<int, TiffEntry> tags, long offset)
{
    private const int LargestTileSide = 1 << 24; // larger numbers count as this one: no such tile is accepted

    /// <summary>Where the directory begins.</summary>
    public long Offset => offset;

    /// <summary>The values of the tags, checked. Of a page that is read band by band, only a band must fit into memory.</summary>
    public TiffLayout Layout(TiffBytes tiff, string name, ImageDecodingOptions options, bool isStreamed = false)
    {
        long width = First(tiff, 256, 0), height = First(tiff, 257, 0);
        if (width <= 0 || height <= 0)
            throw new ImageFormatException(name, ImageFault.NoPixels, $"its TIFF header gives {width}×{height} pixels; expected at least 1×1.");

        FormatDecoder.RequirePixels(name, "its TIFF header gives", width, isStreamed ? 1 : height, options);
        height = Math.Min(height, int.MaxValue);
        var layout = new TiffLayout
        {
            Width = (int)width,
            Height = (int)height,
            Bits = (int)Math.Clamp(First(tiff, 258, 1), 0, ushort.MaxValue),
            Compression = (int)Math.Clamp(First(tiff, 259, 1), 0, ushort.MaxValue),
            Photometric = (int)Math.Clamp(First(tiff, 262, -1), -1, ushort.MaxValue),
            Channels = (int)Math.Clamp(First(tiff, 277, 1), 0, ushort.MaxValue),
            WantedChannels = options.Channels,
            SampleType = (int)Math.Clamp(First(tiff, 339, 1), 0, ushort.MaxValue),
            Predictor = (int)Math.Clamp(First(tiff, 317, 1), 0, ushort.MaxValue),
            IsPremultiplied = First(tiff, 338, 0) == 1,
            FillOrder = (int)Math.Clamp(First(tiff, 266, 1), 0, ushort.MaxValue),
            IsPlanar = First(tiff, 284, 1) == 2,
            Orientation = First(tiff, 274, 1) is >= 1 and <= 8 and var origin ? (SKEncodedOrigin)origin : SKEncodedOrigin.TopLeft,
            TileWidth = (int)Math.Clamp(First(tiff, 322, 0), -1, LargestTileSide),
            TileHeight = (int)Math.Clamp(First(tiff, 323, 0), -1, LargestTileSide),
            Colors = tags.TryGetValue(320, out TiffEntry colors) && colors.Type == 3 ? ReadColors(tiff, colors) : [],
            IsStreamed = isStreamed,
            IsRaw = tags.ContainsKey(50706) || (tags.ContainsKey(330) && (First(tiff, 254, 0) & 1) == 1),
        };
        if (layout.Unsupported() is { } found)
            throw new ImageFormatException(name, ImageFault.UnsupportedVariant, found.Reason, advice: found.Advice);
        if (layout.HasOtherChannels)
            throw ChannelSelection.Unlike(name, layout.Channels, options.Channels);

        RequireStorage(tiff, layout, name);
        return layout;
    }

    /// <summary>Refuses pages whose pieces of data are fewer, larger or smaller than any sound file has, before memory is allocated for
    /// them.</summary>
    private void RequireStorage(TiffBytes tiff, TiffLayout layout, string name)
    {
        const int MostInflated = 4096; // pixels in the bytes of the file: more than deflate, LZW, PackBits and JPEG can reach
        const long LargestTileBytes = 1L << 26;

        if (layout.IsTiled && (layout.TileWidth < 1 || layout.TileHeight < 1 || layout.TileBytes > Math.Max(LargestTileBytes, 2 * layout.DataBytes)))
            throw new ImageFormatException(name, ImageFault.Corrupt, $"its TIFF tiles have {layout.TileWidth}×{layout.TileHeight} pixels.");

        long rows = Math.Clamp(First(tiff, 278, int.MaxValue), 1, layout.Height);
        long pieces = layout.IsTiled
            ? Divide(layout.Width, layout.TileWidth) * Divide(layout.Height, layout.TileHeight)
            : Divide(layout.Height, rows);
        pieces *= layout.IsPlanar ? layout.Channels : 1;
        long found = tags.TryGetValue(layout.IsTiled ? 324 : 273, out TiffEntry offsets) || tags.TryGetValue(273, out offsets) ? offsets.Count : 0;
        if (found < pieces)
        {
            string expected = Plural.Of(pieces, "strip or tile", "strips or tiles");
            throw new ImageFormatException(name, ImageFault.Corrupt, $"its TIFF data has {found} of {expected}.");
        }
        if (!layout.IsStreamed && layout.SampleBytes > Array.MaxLength)
        {
            throw new ImageFormatException(
                name, ImageFault.TooManyPixels, $"its {layout.Width}×{layout.Height} pixels of {layout.Bits} bits are more than memory can hold.");
        }

        if (!layout.IsFax && layout.DataBytes > (layout.Compression == 1 ? 1 : MostInflated) * tiff.Length)
        {
            throw new ImageFormatException(
                name, ImageFault.Truncated, $"its TIFF data ends before the last of its {layout.Width}×{layout.Height} pixels.");
        }

        static long Divide(long length, long piece) => (length + piece - 1) / piece;
    }

    /// <summary>The high bytes of a palette's colors; a few old programs wrote bytes.</summary>
    private byte[] ReadColors(TiffBytes tiff, TiffEntry tag)
    {
        int[] values = new int[(int)Math.Min(tag.Count, 3 * 256)];
        for (int i = 0; i < values.Length; i++)
            values[i] = (int)pages.Number(tiff, tag.At + (i * sizeof(ushort)), sizeof(ushort));

        int shift = values.All(value => value <= byte.MaxValue) ? 0 : 8;
        return [.. values.Select(value => (byte)(value >> shift))];
    }

    /// <summary>The first value of a tag, if it is a whole number.</summary>
    private long First(TiffBytes tiff, int number, long missing) =>
        tags.TryGetValue(number, out TiffEntry tag) && tag.Count > 0 && tag.Type is 1 or 3 or 4 or 16
            ? pages.Number(tiff, tag.At, TiffEntry.SizeOf(tag.Type))
            : missing;
}
