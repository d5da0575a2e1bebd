using BitMiracle.LibTiff.Classic;

namespace Scott.Models.Tests.Imaging;

/// <summary>How a page of a TIFF file is to be written.</summary>
internal sealed record TiffRecipe(int Width, int Height)
{
    public int Bits { get; init; } = 8;
    public int Channels { get; init; } = 1;
    public string Compression { get; init; } = "NONE";
    public string? Photometric { get; init; } // by the number of channels, unless given
    public bool IsPlanar { get; init; }
    public int Tile { get; init; } // 0: strips
    public bool IsFloat { get; init; }
    public int Orientation { get; init; } = 1;
    public int Predictor { get; init; } = 1;
    public ushort[][]? Palette { get; init; }
    public short ExtraSample { get; init; } = 2; // alpha; 1 is an alpha that colors are multiplied by
    public int SampleType { get; init; } // by the other settings, unless given

    public int RowBytes => ((Width * Channels * Bits) + 7) / 8;
}

/// <summary>Writes TIFF files with LibTiff.</summary>
internal static class TiffFiles
{
    /// <summary>Writes one page from samples [H, W, C] in this machine's byte order; rows of fewer than 8 bits are packed.</summary>
    public static byte[] Write(TiffRecipe recipe, byte[] samples, string mode = "w") => Write([(recipe, samples)], mode);

    /// <summary>Writes pages in a mode of LibTiff. w: this machine's byte order; wb: big-endian; w8: BigTIFF.</summary>
    public static byte[] Write(IReadOnlyList<(TiffRecipe Recipe, byte[] Samples)> pages, string mode = "w")
    {
        var memory = new MemoryStream();
        using (Tiff file = Tiff.ClientOpen("test", mode, memory, new TiffStream()))
        {
            foreach ((TiffRecipe recipe, byte[] samples) in pages)
            {
                WriteTags(file, recipe);
                WriteSamples(file, recipe, samples);
                Assert.True(file.WriteDirectory());
            }
        }

        return memory.ToArray();
    }

    private static void WriteTags(Tiff file, TiffRecipe recipe)
    {
        file.SetField(TiffTag.IMAGEWIDTH, recipe.Width);
        file.SetField(TiffTag.IMAGELENGTH, recipe.Height);
        file.SetField(TiffTag.BITSPERSAMPLE, recipe.Bits);
        file.SetField(TiffTag.SAMPLESPERPIXEL, recipe.Channels);
        SampleFormat format = recipe.IsFloat ? SampleFormat.IEEEFP : SampleFormat.UINT;
        file.SetField(TiffTag.SAMPLEFORMAT, recipe.SampleType > 0 ? (SampleFormat)recipe.SampleType : format);
        file.SetField(TiffTag.COMPRESSION, Enum.Parse<Compression>(recipe.Compression));
        file.SetField(TiffTag.PHOTOMETRIC, Enum.Parse<Photometric>(recipe.Photometric ?? (recipe.Channels >= 3 ? "RGB" : "MINISBLACK")));
        file.SetField(TiffTag.PLANARCONFIG, recipe.IsPlanar ? PlanarConfig.SEPARATE : PlanarConfig.CONTIG);
        file.SetField(TiffTag.ORIENTATION, (Orientation)recipe.Orientation);
        if (recipe.Channels is 2 or 4)
            file.SetField(TiffTag.EXTRASAMPLES, 1, new short[] { recipe.ExtraSample });
        if (recipe.Compression is "LZW" or "ADOBE_DEFLATE")
            file.SetField(TiffTag.PREDICTOR, (Predictor)recipe.Predictor);
        if (recipe.Palette is { } palette)
        {
            short[][] colors = [.. palette.Select(channel => channel.Select(value => (short)value).ToArray())];
            file.SetField(TiffTag.COLORMAP, colors[0], colors[1], colors[2]);
        }

        if (recipe.Photometric == "YCBCR")
            file.SetField(TiffTag.JPEGCOLORMODE, JpegColorMode.RGB);
        if (recipe.Tile > 0)
        {
            file.SetField(TiffTag.TILEWIDTH, recipe.Tile);
            file.SetField(TiffTag.TILELENGTH, recipe.Tile);
        }
        else
        {
            file.SetField(TiffTag.ROWSPERSTRIP, recipe.Compression == "JPEG" ? 16 : 5);
        }
    }

    private static void WriteSamples(Tiff file, TiffRecipe recipe, byte[] samples)
    {
        int bytes = Math.Max(recipe.Bits / 8, 1), planes = recipe.IsPlanar ? recipe.Channels : 1;
        for (int plane = 0; plane < planes; plane++)
        {
            // A plane of its own, or all channels. LibTiff may swap the bytes of what it writes.
            byte[] stored = recipe.IsPlanar
                ? [.. Enumerable.Range(0, recipe.Width * recipe.Height)
                    .SelectMany(i => samples.AsSpan(((i * recipe.Channels) + plane) * bytes, bytes).ToArray())]
                : [.. samples];
            int row = recipe.IsPlanar ? recipe.Width * bytes : recipe.RowBytes, pixel = row / recipe.Width;
            if (recipe.Tile == 0)
            {
                for (int y = 0; y < recipe.Height; y++)
                    Assert.True(file.WriteScanline(stored[(y * row)..((y + 1) * row)], y, (short)plane));

                continue;
            }

            for (int top = 0; top < recipe.Height; top += recipe.Tile)
            {
                for (int left = 0; left < recipe.Width; left += recipe.Tile)
                {
                    byte[] tile = new byte[recipe.Tile * recipe.Tile * pixel];
                    int columns = Math.Min(recipe.Tile, recipe.Width - left);
                    for (int y = 0; y < Math.Min(recipe.Tile, recipe.Height - top); y++)
                        stored.AsSpan(((top + y) * row) + (left * pixel), columns * pixel).CopyTo(tile.AsSpan(y * recipe.Tile * pixel));

                    Assert.NotEqual(-1, file.WriteEncodedTile(file.ComputeTile(left, top, 0, (short)plane), tile, tile.Length));
                }
            }
        }
    }
}
