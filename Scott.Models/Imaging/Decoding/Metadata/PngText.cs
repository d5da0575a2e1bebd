using System.IO.Compression;
using System.Text;

namespace Scott.Models.Imaging;

/// <summary>Reads those text chunks of a PNG that hold metadata (PNG, third edition, 11.3.3): plain, compressed and international.</summary>
internal static class PngText
{
    /// <summary>The most that compressed text may become: many times what real metadata have, and cut off there.</summary>
    private const int MaximumTextBytes = 1 << 20;

    private const byte ZlibMethod = 0;

    /// <summary>The keyword of a text chunk, if it is one that metadata have.</summary>
    public static string? Keyword(PngChunkReader chunk)
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
    public static ReadOnlySpan<byte> Read(PngChunkReader chunk, int keywordLength)
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
