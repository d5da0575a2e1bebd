namespace Scott.Models.Imaging;

/// <summary>
/// Finds a PNG's metadata, before or after its pixels: the eXIf chunk, EXIF and XMP that older tools wrote as text, and the XMP text chunk.
/// </summary>
/// <remarks>PNG, third edition, 11.3.3.2 to 11.3.3.4 and 11.3.4.5. Chunks whose checksum is wrong do not count, as in libpng.</remarks>
internal static class PngMetadata
{
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
            else if (PngText.Keyword(reader) is { } keyword && reader.IsSound)
            {
                ReadOnlySpan<byte> text = PngText.Read(reader, keyword.Length);
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
}
