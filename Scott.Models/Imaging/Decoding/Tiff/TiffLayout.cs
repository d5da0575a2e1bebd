using SkiaSharp;

namespace Scott.Models.Imaging;

/// <summary>How the pixels of a TIFF page are stored (TIFF 6.0; numbers as in its tags).</summary>
internal sealed record TiffLayout
{
    private const int MinIsWhite = 0;
    private const int MinIsBlack = 1;
    private const int Rgb = 2;
    private const int Palette = 3;
    private const int YCbCr = 6;
    private const int Jpeg = 7;
    private const int Unsigned = 1;
    private const int Float = 3;
    private const int Untyped = 4;

    public required int Width { get; init; }
    public required int Height { get; init; }
    public required int Bits { get; init; } // of a sample
    public required int Compression { get; init; }
    public required int Photometric { get; init; }
    public required int Channels { get; init; } // with alpha
    public required int WantedChannels { get; init; }
    public required int SampleType { get; init; }
    public required int Predictor { get; init; }
    public required bool IsPremultiplied { get; init; } // the first sample after the colors is an alpha that they are multiplied by
    public required int FillOrder { get; init; }
    public required bool IsPlanar { get; init; } // each channel by itself
    public required SKEncodedOrigin Orientation { get; init; }
    public required int TileWidth { get; init; }
    public required int TileHeight { get; init; }
    public required byte[] Colors { get; init; } // of a palette: all reds, all greens, all blues
    public required bool IsStreamed { get; init; } // read band by band
    public required bool IsRaw { get; init; } // a thumbnail of a raw camera file

    public bool IsTiled => TileWidth != 0 || TileHeight != 0;
    public bool IsJpeg => Compression == Jpeg;
    public bool HasPredictor => Compression is 5 or 8 or 32946; // LZW and deflate; other compressions have none
    public bool IsFax => Compression is 2 or 3 or 4;
    public bool IsPalette => Photometric == Palette;
    public bool IsInverted => Photometric == MinIsWhite;

    /// <summary>The channels that are read: all that are stored if so many are wanted, otherwise the colors.</summary>
    public int ReadChannels => IsWhole ? Channels : ColorChannels;

    /// <summary>Whether the colors that are read must be divided by the alpha that is stored after them.</summary>
    public bool IsDivided => IsPremultiplied && !IsPalette && !IsWhole && Channels == ColorChannels + 1;

    /// <summary>The channels that are stored by themselves and read one after another. The colors of a palette are one.</summary>
    public int Planes => !IsPlanar || IsPalette ? 1 : ReadChannels + (IsDivided ? 1 : 0);

    /// <summary>The channels without alpha, and with the colors of a palette.</summary>
    private int ColorChannels => Photometric is Rgb or YCbCr or Palette ? 3 : 1;

    /// <summary>Whether the channels are neither colors nor as many as are wanted.</summary>
    public bool HasOtherChannels
    {
        get
        {
            // Alpha is the only extra channel that is known to be none of the colors.
            int stored = IsPalette ? 1 : ColorChannels;
            return Channels != stored && Channels != stored + 1 && !IsWhole;
        }
    }

    /// <summary>Whether gray or RGB is wanted, to which colors can be converted.</summary>
    private bool AreColorsWanted => WantedChannels is 1 or ScottArchitecture.RgbChannels;

    /// <summary>Whether all channels are read, because so many are wanted that are not gray or RGB.</summary>
    private bool IsWhole => !AreColorsWanted && Channels == WantedChannels && !IsPalette;

    public SampleFormat Format => Bits switch
    {
        16 => SampleFormat.UInt16,
        32 => SampleType == Float ? SampleFormat.Float32 : SampleFormat.UInt32,
        _ => SampleFormat.UInt8,
    };

    /// <summary>The channels in a piece of data.</summary>
    public int StoredChannels => IsPlanar ? 1 : Channels;
    public long TileBytes => RowBytes(TileWidth) * TileHeight;
    public long DataBytes => RowBytes(Width) * Height * (IsPlanar ? Channels : 1);
    public long SampleBytes => (long)Width * Height * ReadChannels * SampleImage.BytesOf(Format);

    public long RowBytes(int width) => (((long)width * StoredChannels * Bits) + 7) / 8;

    /// <summary>Why a sound page is not decoded, and what to do; <see langword="null"/> if it can be.</summary>
    public (string Reason, string Advice)? Unsupported()
    {
        if (IsRaw)
            return ("it is a raw file of a camera, which is not supported.", "Develop it to an RGB image.");
        if (Compression is not (1 or 2 or 3 or 4 or 5 or Jpeg or 8 or 32773 or 32946))
        {
            return ($"its TIFF data is compressed by method {Compression}, which is not supported; "
                + "expected none, LZW, deflate, PackBits, JPEG or fax.", "Save it again with one of these.");
        }
        if (Photometric is not (MinIsWhite or MinIsBlack or Rgb or Palette) && !(Photometric == YCbCr && IsJpeg))
        {
            return (
                $"its TIFF colors are of kind {Photometric}, which is not supported; expected gray, RGB or a palette.", "Convert it to gray or RGB.");
        }
        if (SampleType is not (Unsigned or Float or Untyped) || (SampleType == Float && (Bits != 32 || IsInverted || IsPalette)))
        {
            return ($"its TIFF samples are of type {SampleType} with {Bits} bits, which is not supported; "
                + "expected unsigned integers or 32-bit floats.", "Convert its samples to one of these types.");
        }

        if (HasOtherChannels && AreColorsWanted)
        {
            return (
                $"it has {Plural.Of(Channels, "channel")}, which is not supported; expected gray or RGB, with or without alpha.",
                ChannelSelection.Advice);
        }

        bool areBitsKnown = Bits is 8 || (Bits is 16 or 32 && !IsPalette) || (Bits is 1 or 2 or 4 && Channels == 1);
        return areBitsKnown && (!IsJpeg || Bits == 8) && (!IsFax || Bits == 1) ? null : (
            $"its TIFF samples have {Plural.Of(Bits, "bit")}, which is not supported; expected 8, 16 or 32, or fewer for one channel.",
            "Convert its samples to one of these sizes.");
    }
}
