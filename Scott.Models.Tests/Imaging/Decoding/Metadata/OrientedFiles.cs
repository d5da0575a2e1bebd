using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Scott.Models.Imaging;

namespace Scott.Models.Tests.Imaging;

/// <summary>Drawn images with metadata, written as cameras and tools write them.</summary>
internal static class OrientedFiles
{
    private static readonly byte[] Prefix = [.. "Exif\0\0"u8];

    /// <summary>Each way to put EXIF into a file.</summary>
    public static IReadOnlyList<string> Containers { get; } =
    [
        "jpeg", "progressive", "png", "png-prefix", "png-after", "png-zTXt", "png-tEXt", "png-iTXt", "png-iTXt-compressed", "png-APP1", "png-rgba",
        "png-empty-palette",
        "webp", "webp-prefix", "webp-lossy", "webp-alpha", "webp-lossy-alpha",
    ];

    public static IReadOnlyList<string> XmpContainers { get; } = ["jpeg", "png", "png-compressed", "png-profile", "webp"];

    /// <summary>TIFF data with one entry; several values stand behind the directory when they do not fit into it.</summary>
    public static byte[] Exif(int orientation, bool isBigEndian, int type = 3, int bytes = 2, int count = 1)
    {
        var data = new List<byte>();
        void Number(int value, int size)
        {
            byte[] number = new byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(number, value);
            IEnumerable<byte> used = number.Take(size);
            data.AddRange(isBigEndian ? used.Reverse() : used);
        }

        data.AddRange(isBigEndian ? "MM"u8 : "II"u8);
        Number(42, 2);
        Number(8, 4);
        Number(1, 2);
        Number(0x0112, 2);
        Number(type, 2);
        Number(count, 4);
        if (bytes * count > 4)
        {
            const int AfterTheDirectory = 26;
            Number(AfterTheDirectory, 4);
            Number(0, 4);
        }

        for (int i = 0; i < count; i++)
            Number(i == 0 ? orientation : 1, bytes);

        while (data.Count < 26)
            data.Add(0);

        return [.. data];
    }

    /// <summary>A file with EXIF, or without when that is empty.</summary>
    public static byte[] File(string container, int width, int height, byte[] exif)
    {
        RgbImage image = TestImages.Drawn(width, height);
        byte[] png = image.EncodePng();
        byte[] jpeg = TestImages.Jpeg(image);
        byte[] lines = [.. Encoding.ASCII.GetBytes(Hexadecimal("exif", [.. Prefix, .. exif]))];
        if (exif.Length == 0)
        {
            return container switch
            {
                "jpeg" => jpeg,
                "progressive" => TestImages.File("progressive.jpg"),
                "png-rgba" => Rgba(width, height),
                "webp" or "webp-prefix" => TestImages.Webp(image),
                "webp-lossy" => TestImages.WebpLossy(image),
                "webp-alpha" => TestImages.WebpWithAlpha(image, isLossless: true),
                "webp-lossy-alpha" => TestImages.WebpWithAlpha(image, isLossless: false),
                _ => png,
            };
        }

        return container switch
        {
            "jpeg" => WithSegment(jpeg, [.. Prefix, .. exif]),
            "progressive" => WithSegment(TestImages.File("progressive.jpg"), [.. Prefix, .. exif]),
            "png" => TestImages.WithChunk(png, "eXIf", exif),
            "png-prefix" => TestImages.WithChunk(png, "eXIf", [.. Prefix, .. exif]),
            "png-after" => TestImages.WithChunk(png, "eXIf", exif, isAfterPixels: true),
            "png-zTXt" => TestImages.WithChunk(png, "zTXt", [.. "Raw profile type exif\0\0"u8, .. Compress(lines)]),
            "png-tEXt" => TestImages.WithChunk(png, "tEXt", [.. "Raw profile type exif\0"u8, .. lines], isAfterPixels: true),
            "png-iTXt" => TestImages.WithChunk(png, "iTXt", [.. "Raw profile type exif\0\0\0en\0\0"u8, .. lines]),
            "png-iTXt-compressed" => TestImages.WithChunk(
                png, "iTXt", [.. "Raw profile type exif\0\u0001\0\0\0"u8, .. Compress(lines)]),
            "png-APP1" => TestImages.WithChunk(png, "zTXt", [.. "Raw profile type APP1\0\0"u8, .. Compress(lines)]),
            "png-rgba" => TestImages.WithChunk(Rgba(width, height), "eXIf", exif),
            "png-empty-palette" => TestImages.WithChunk(TestImages.WithChunk(png, "eXIf", exif), "PLTE", []),
            "webp" => Extended(File("webp", width, height, []), width, height, "EXIF", exif),
            "webp-prefix" => Extended(File("webp", width, height, []), width, height, "EXIF", [.. Prefix, .. exif]),
            _ => Extended(File(container, width, height, []), width, height, "EXIF", exif),
        };
    }

    /// <summary>A JPEG with EXIF before its other segments.</summary>
    public static byte[] WithExif(byte[] jpeg, byte[] exif) => WithSegment(jpeg, [.. Prefix, .. exif]);

    /// <summary>A file with an XMP packet, and EXIF unless that is empty.</summary>
    public static byte[] WithXmp(string container, int width, int height, string xmp, byte[]? exif = null)
    {
        byte[] packet = Encoding.UTF8.GetBytes(xmp);
        byte[] file = File(container.Split('-')[0], width, height, container == "webp" ? [] : exif ?? []);
        return container switch
        {
            "jpeg" => WithSegment(file, [.. "http://ns.adobe.com/xap/1.0/\0"u8, .. packet]),
            "png" => TestImages.WithChunk(file, "iTXt", [.. "XML:com.adobe.xmp\0\0\0\0\0"u8, .. packet]),
            "png-compressed" => TestImages.WithChunk(
                file, "iTXt", [.. "XML:com.adobe.xmp\0\u0001\0\0\0"u8, .. Compress(packet)], isAfterPixels: true),
            "png-profile" => TestImages.WithChunk(
                file, "zTXt", [.. "Raw profile type xmp\0\0"u8, .. Compress(Encoding.ASCII.GetBytes(Hexadecimal("xmp", packet)))]),
            _ => exif is null ? Extended(file, width, height, "XMP ", packet) : Extended(file, width, height, "EXIF", exif, packet),
        };
    }

    public static byte[] WithTextBomb(int width, int height, int bytes)
    {
        using var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionLevel.Optimal, leaveOpen: true))
        {
            byte[] part = new byte[1 << 20];
            part.AsSpan().Fill((byte)'a');
            for (int written = 0; written < bytes; written += part.Length)
                zlib.Write(part);
        }

        return TestImages.WithChunk(
            TestImages.Drawn(width, height).EncodePng(), "zTXt", [.. "Raw profile type exif\0\0"u8, .. data.ToArray()]);
    }

    private static string Hexadecimal(string name, byte[] data)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"\n{name}\n{data.Length,8}\n");
        foreach (byte[] line in data.Chunk(36))
        {
#pragma warning disable CA1308 // The tools write small letters.
            text.Append(Convert.ToHexString(line).ToLowerInvariant()).Append('\n');
#pragma warning restore CA1308
        }

        return text.ToString();
    }

    private static byte[] Compress(byte[] data)
    {
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
            zlib.Write(data);

        return compressed.ToArray();
    }

    private static byte[] Rgba(int width, int height)
    {
        byte[] rows = [.. Enumerable.Range(0, width * height * 4).Select(i => (byte)(i * 31))];
        return TestImages.Png(width, height, 8, 6, rows);
    }

    private static byte[] WithSegment(byte[] jpeg, byte[] contents)
    {
        byte[] length = new byte[2];
        BinaryPrimitives.WriteInt16BigEndian(length, (short)(contents.Length + 2));
        return [.. jpeg[..2], 0xff, 0xe1, .. length, .. contents, .. jpeg[2..]];
    }

    /// <summary>An extended WebP of a simple or an extended one.</summary>
    private static byte[] Extended(byte[] webp, int width, int height, string type, byte[] contents, byte[]? xmp = null)
    {
        const int FlagsAt = 20;
        List<byte> file = [.. webp];
        if (!webp.AsSpan(12, 4).SequenceEqual("VP8X"u8))
        {
            byte[] size = [(byte)(width - 1), (byte)((width - 1) >> 8), 0, (byte)(height - 1), (byte)((height - 1) >> 8), 0];
            file.InsertRange(12, [.. "VP8X"u8, 10, 0, 0, 0, 0, 0, 0, 0, .. size]);
        }

        file[FlagsAt] |= (byte)((type == "EXIF" ? 8 : 4) | (xmp is null ? 0 : 4));
        AppendChunk(file, type, contents);
        if (xmp is not null)
            AppendChunk(file, "XMP ", xmp);

        byte[] result = [.. file];
        BinaryPrimitives.WriteInt32LittleEndian(result.AsSpan(4), result.Length - 8);
        return result;
    }

    private static void AppendChunk(List<byte> file, string type, byte[] contents)
    {
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, contents.Length);
        file.AddRange([.. Encoding.ASCII.GetBytes(type), .. length, .. contents]);
        if (contents.Length % 2 != 0)
            file.Add(0);
    }
}
