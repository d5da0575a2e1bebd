using System.IO.Compression;
using System.Text;

namespace Scott.Models.Imaging.Metadata;

/// <summary>Finds a PNG's metadata: the eXIf chunk, EXIF and XMP that older tools wrote as text, and the XMP text chunk, before or after the pixels.</summary>
/// <remarks>PNG, third edition, 11.3.3.2 to 11.3.3.4 and 11.3.4.5. Chunks whose checksum is wrong do not count, as in libpng.</remarks>
internal static class PngMetadata
{
    /// <summary>The most that compressed text may become: many times what real metadata have, and cut off there.</summary>
    private const int MaximumTextBytes = 1 << 20;

    private const byte ZlibMethod = 0;

    /// <summary>The first lines of a raw profile: an empty one, its name, its length.</summary>
    private const int ProfileHeaderLines = 3;

    public static ImageMetadata Read(ReadOnlySpan<byte> png)
    {
        ReadOnlySpan<byte> exif = default, profileExif = default, xmp = default;
        var reader = new PngChunkReader(png);
        while (reader.MoveNext())
        {
            if (reader.Type.SequenceEqual("eXIf"u8))
            {
                exif = exif.IsEmpty && reader.IsSound ? reader.Contents : exif;
            }
            else if (Keyword(reader) is { } keyword && reader.IsSound)
            {
                ReadOnlySpan<byte> text = Text(reader, keyword.Length);
                if (keyword == "XML:com.adobe.xmp")
                {
                    xmp = xmp.IsEmpty ? text : xmp;
                }
                else
                {
                    SortProfile(keyword, RawProfile(text), ref profileExif, ref xmp);
                }
            }
        }

        return new ImageMetadata { Exif = exif.IsEmpty ? profileExif : exif, Xmp = xmp };
    }

    /// <summary>The keyword of a text chunk, if it is one that metadata have.</summary>
    private static string? Keyword(PngChunkReader chunk)
    {
        if (!chunk.Type.SequenceEqual("tEXt"u8) && !chunk.Type.SequenceEqual("zTXt"u8) && !chunk.Type.SequenceEqual("iTXt"u8))
        {
            return null;
        }

        const int MaximumKeywordBytes = 79;
        ReadOnlySpan<byte> start = chunk.Contents[..Math.Min(chunk.Contents.Length, MaximumKeywordBytes + 1)];
        int end = start.IndexOf((byte)0);
        string keyword = Encoding.Latin1.GetString(start[..Math.Max(end, 0)]);
        return keyword is "XML:com.adobe.xmp" or "Raw profile type exif" or "Raw profile type APP1" or "Raw profile type xmp" ? keyword : null;
    }

    /// <summary>The text of a text chunk of any of the three kinds; empty when it makes no sense.</summary>
    private static ReadOnlySpan<byte> Text(PngChunkReader chunk, int keywordLength)
    {
        ReadOnlySpan<byte> contents = chunk.Contents[(keywordLength + 1)..];
        if (chunk.Type.SequenceEqual("tEXt"u8))
        {
            return contents;
        }

        if (chunk.Type.SequenceEqual("zTXt"u8))
        {
            return contents is [ZlibMethod, ..] ? Inflate(contents[1..]) : default;
        }

        // A flag, a method, a language and a translated keyword stand before international text.
        if (contents is not [0 or 1, _, ..])
        {
            return default;
        }

        bool isCompressed = contents[0] == 1;
        ReadOnlySpan<byte> text = AfterZero(AfterZero(contents[2..]));
        return isCompressed ? Inflate(text) : text;
    }

    private static ReadOnlySpan<byte> AfterZero(ReadOnlySpan<byte> bytes) => bytes.IndexOf((byte)0) is >= 0 and int at ? bytes[(at + 1)..] : default;

    private static void SortProfile(string keyword, ReadOnlySpan<byte> profile, ref ReadOnlySpan<byte> exif, ref ReadOnlySpan<byte> xmp)
    {
        switch (keyword)
        {
            case "Raw profile type exif":
                exif = exif.IsEmpty ? profile : exif;
                break;
            case "Raw profile type xmp":
                xmp = xmp.IsEmpty ? profile : xmp;
                break;
            default:
                JpegMetadata.Sort(profile, ref exif, ref xmp);
                break;
        }
    }

    /// <summary>The bytes of a profile that is written as hexadecimal digits in lines after three others.</summary>
    private static ReadOnlySpan<byte> RawProfile(ReadOnlySpan<byte> text)
    {
        for (int line = 0; line < ProfileHeaderLines; line++)
        {
            int end = text.IndexOf((byte)'\n');
            if (end < 0)
            {
                return default;
            }

            text = text[(end + 1)..];
        }

        byte[] digits = new byte[text.Length];
        int count = 0;
        foreach (byte value in text)
        {
            if (char.IsAsciiHexDigit((char)value))
            {
                digits[count++] = value;
            }
            else if (value is not ((byte)'\n' or (byte)'\r' or (byte)' ' or (byte)'\t'))
            {
                break;
            }
        }

        byte[] profile = new byte[count / 2];
        _ = Convert.FromHexString(digits.AsSpan(0, profile.Length * 2), profile, out _, out int written);
        return profile.AsSpan(0, written);
    }

    /// <summary>The beginning of zlib data, as much as is sound, up to the limit.</summary>
    private static ReadOnlySpan<byte> Inflate(ReadOnlySpan<byte> compressed)
    {
        byte[] text = new byte[MaximumTextBytes];
        int filled = 0;
        using var zlib = new ZLibStream(new MemoryStream(compressed.ToArray()), CompressionMode.Decompress);
        try
        {
            for (int read = -1; read != 0 && filled < text.Length; filled += read)
            {
                read = zlib.Read(text.AsSpan(filled));
            }
        }
        catch (InvalidDataException)
        {
            // The orientation stands near the beginning: what came before the damage may do.
        }

        return text.AsSpan(0, filled);
    }
}
