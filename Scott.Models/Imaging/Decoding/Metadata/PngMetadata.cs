using System.IO.Compression;

namespace Scott.Models.Imaging;

/// <summary>Finds a PNG's metadata, before or after its pixels: the eXIf chunk, XMP text, and the EXIF and XMP texts of older tools.</summary>
/// <remarks>PNG, third edition, 11.3.3 and 11.3.4.5. As in libpng, chunks with a wrong checksum are ignored.</remarks>
internal static class PngMetadata
{
    private const string XmpKeyword = "XML:com.adobe.xmp";
    private const string ExifProfile = "Raw profile type exif";
    private const string Application1Profile = "Raw profile type APP1";
    private const string XmpProfile = "Raw profile type xmp";
    private const int ProfileHeaderLines = 3; // an empty one, the profile's name, its length
    private const int MaximumKeywordBytes = 79;
    private const int MaximumTextBytes = 1 << 20; // of all texts of a file after inflating: many times what real metadata has; more is cut off
    private const int MaximumDeflateRatio = 1032;
    private const byte ZlibMethod = 0;

    public static ImageMetadata Read(ReadOnlySpan<byte> png)
    {
        ReadOnlySpan<byte> exif = default;
        ImageMetadata found = default;
        int budget = MaximumTextBytes;
        var reader = new PngChunkReader(png);
        while (reader.MoveNext())
        {
            if (reader.Type.SequenceEqual("eXIf"u8))
                exif = exif.IsEmpty && reader.IsSound ? reader.Contents : exif;
            else if (Keyword(reader) is { } keyword && IsMissing(keyword, exif.IsEmpty && found.Exif.IsEmpty, found.Xmp.IsEmpty) && reader.IsSound)
                Add(ref found, keyword, Text(reader, keyword.Length, ref budget));
        }

        found.Exif = exif.IsEmpty ? found.Exif : exif;
        return found;
    }

    /// <summary>Whether a text of a keyword may hold what was not found yet.</summary>
    private static bool IsMissing(string keyword, bool isExifMissing, bool isXmpMissing) => keyword switch
    {
        ExifProfile => isExifMissing,
        Application1Profile => isExifMissing || isXmpMissing,
        _ => isXmpMissing,
    };

    private static void Add(ref ImageMetadata found, string keyword, ReadOnlySpan<byte> text)
    {
        if (keyword == Application1Profile)
            found.AddApplication1(RawProfile(text));
        else if (keyword == ExifProfile)
            found.Exif = found.Exif.IsEmpty ? RawProfile(text) : found.Exif;
        else if (found.Xmp.IsEmpty)
            found.Xmp = keyword == XmpProfile ? RawProfile(text) : text;
    }

    /// <summary>The bytes of a profile that is written as hexadecimal digits in lines after three others.</summary>
    private static ReadOnlySpan<byte> RawProfile(ReadOnlySpan<byte> text)
    {
        for (int line = 0; line < ProfileHeaderLines; line++)
            text = After(text, (byte)'\n');

        byte[] digits = new byte[text.Length];
        int count = 0;
        foreach (byte value in text)
        {
            if (char.IsAsciiHexDigit((char)value))
                digits[count++] = value;
            else if (value is not ((byte)'\n' or (byte)'\r' or (byte)' ' or (byte)'\t'))
                break;
        }

        return Convert.FromHexString(digits.AsSpan(0, count & ~1));
    }

    /// <summary>The keyword of a text chunk, if it is one of metadata.</summary>
    private static string? Keyword(PngChunkReader chunk)
    {
        if (Encoding.Latin1.GetString(chunk.Type) is not ("tEXt" or "zTXt" or "iTXt"))
            return null;

        ReadOnlySpan<byte> start = chunk.Contents[..Math.Min(chunk.Contents.Length, MaximumKeywordBytes + 1)];
        string keyword = Encoding.Latin1.GetString(start[..Math.Max(start.IndexOf((byte)0), 0)]);
        return keyword is XmpKeyword or ExifProfile or Application1Profile or XmpProfile ? keyword : null;
    }

    /// <summary>The text of a text chunk of any of the three kinds; empty if it is not valid.</summary>
    private static ReadOnlySpan<byte> Text(PngChunkReader chunk, int keywordLength, scoped ref int budget)
    {
        ReadOnlySpan<byte> contents = chunk.Contents[(keywordLength + 1)..];
        if (chunk.Type.SequenceEqual("tEXt"u8))
            return contents;
        if (chunk.Type.SequenceEqual("zTXt"u8))
            return contents is [ZlibMethod, ..] ? Inflate(contents[1..], ref budget) : default;

        // A flag, a method, a language and a translated keyword come before international text.
        if (contents is not [0 or 1, _, ..])
            return default;

        ReadOnlySpan<byte> text = After(After(contents[2..], 0), 0);
        return contents[0] == 1 ? Inflate(text, ref budget) : text;
    }

    private static ReadOnlySpan<byte> After(ReadOnlySpan<byte> bytes, byte mark) =>
        bytes.IndexOf(mark) is >= 0 and int at ? bytes[(at + 1)..] : default;

    /// <summary>Inflates zlib data up to the first damage or the end of the budget, which is less afterwards, also if nothing came out.</summary>
    private static ReadOnlySpan<byte> Inflate(ReadOnlySpan<byte> compressed, scoped ref int budget)
    {
        if (budget == 0)
            return default;

        byte[] text = new byte[Math.Min(budget, (compressed.Length + 1L) * MaximumDeflateRatio)];
        int filled = 0;
        using var zlib = new ZLibStream(new MemoryStream(compressed.ToArray()), CompressionMode.Decompress);
        try
        {
            for (int read = -1; read != 0 && filled < text.Length; filled += read)
                read = zlib.Read(text.AsSpan(filled));
        }
        catch (InvalidDataException)
        {
            // The orientation is near the beginning: the text before the damage may be enough.
        }

        budget -= Math.Min(budget, Math.Max(filled, compressed.Length));
        return text.AsSpan(0, filled);
    }
}
