using System.Buffers.Binary;
using System.IO.Compression;
using Scott.Models.Imaging;
using SkiaSharp;

namespace Scott.Models.Tests.Imaging;

/// <summary>Drawn images, and small encoders for what Skia does not write.</summary>
internal static class TestImages
{
    /// <summary>Made from a drawing with cjpeg: -progressive, -restart 4B, and both.</summary>
    public static byte[] File(string name) => System.IO.File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Imaging", "Images", name));

    /// <summary>Waves in color and a little noise, so that every block has content.</summary>
    public static RgbImage Drawn(int width, int height, int seed = 1)
    {
        var random = new Random(seed);
        byte[] pixels = new byte[width * height * 3];
        for (int i = 0; i < pixels.Length; i++)
        {
            int x = i / 3 % width, y = i / 3 / width, channel = i % 3;
            double value = 120 + (70 * Math.Sin((x * 0.11) + channel)) + (50 * Math.Cos(y * 0.07 * (channel + 1))) + random.Next(-9, 10);
            pixels[i] = (byte)Math.Clamp(value, 0, 255);
        }

        return RgbImage.FromPixels(pixels, width, height, PixelLayout.Rgb24);
    }

    public static RgbImage Uniform(int width, int height, byte value)
    {
        byte[] pixels = new byte[width * height];
        pixels.AsSpan().Fill(value);
        return RgbImage.FromPixels(pixels, width, height, PixelLayout.Gray8);
    }

    public static byte[] Jpeg(RgbImage image, int quality = 90) => Encode(image, map => map.Encode(
        new SKJpegEncoderOptions(quality, SKJpegEncoderDownsample.Downsample420, SKJpegEncoderAlphaOption.Ignore)));

    public static byte[] Webp(RgbImage image) => Encode(image, map => map.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossless, 50)));

    public static byte[] WebpLossy(RgbImage image) => Encode(image, map => map.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossy, 90)));

    /// <summary>A WebP whose alpha varies from pixel to pixel.</summary>
    public static unsafe byte[] WebpWithAlpha(RgbImage image, bool isLossless)
    {
        using PixelBuffer pixels = image.ToBuffer();
        for (int i = 3; i < pixels.ByteCount; i += 4)
            pixels.Bytes[i] = (byte)(100 + (i % 100));

        fixed (byte* first = pixels.BytesWithSlack)
        {
            var info = new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
            using var map = new SKPixmap(info, (nint)first, pixels.RowBytes);
            using SKData data = map.Encode(
                new SKWebpEncoderOptions(isLossless ? SKWebpEncoderCompression.Lossless : SKWebpEncoderCompression.Lossy, 90))!;
            return data.ToArray();
        }
    }

    /// <summary>24-bit BMP, rows from bottom to top and padded to 4 bytes.</summary>
    public static byte[] Bmp(RgbImage image)
    {
        int stride = ((image.Width * 3) + 3) / 4 * 4;
        byte[] file = new byte[54 + (stride * image.Height)];
        "BM"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(2), file.Length);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(10), 54);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(14), 40);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(18), image.Width);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), image.Height);
        file[26] = 1;
        file[28] = 24;
        for (int i = 0; i < image.Width * image.Height; i++)
        {
            int to = 54 + ((image.Height - 1 - (i / image.Width)) * stride) + (i % image.Width * 3);
            ReadOnlySpan<byte> pixel = image.Pixels.Span.Slice(i * 3, 3);
            (file[to], file[to + 1], file[to + 2]) = (pixel[2], pixel[1], pixel[0]);
        }

        return file;
    }

    /// <summary>A GIF of gray levels 0, 2, … 254 (7 bits). It clears the table in time, so that LZW codes have at most 8 bits.</summary>
    public static byte[] Gif(int width, int height, ReadOnlySpan<byte> levels)
    {
        using var file = new MemoryStream();
        file.Write("GIF89a"u8);
        file.Write([(byte)width, (byte)(width >> 8), (byte)height, (byte)(height >> 8), 0xf6, 0, 0]);
        for (int i = 0; i < 128; i++)
            file.Write([(byte)(2 * i), (byte)(2 * i), (byte)(2 * i)]);

        file.Write([0x2c, 0, 0, 0, 0, (byte)width, (byte)(width >> 8), (byte)height, (byte)(height >> 8), 0, 7]);
        List<byte> codes = [];
        for (int i = 0; i < levels.Length; i++)
        {
            if (i % 100 == 0)
                codes.Add(0x80);

            codes.Add((byte)(levels[i] / 2));
        }

        codes.Add(0x81);
        foreach (byte[] chunk in codes.Chunk(255))
        {
            file.WriteByte((byte)chunk.Length);
            file.Write(chunk);
        }

        file.Write([0, 0x3b]);
        return file.ToArray();
    }

    /// <summary>A PNG of given raw rows.</summary>
    public static byte[] Png(int width, int height, byte bitDepth, byte colorType, ReadOnlySpan<byte> rows)
    {
        using var file = new MemoryStream();
        file.Write([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (bitDepth, colorType);
        using var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (int y = 0; y < height && rows.Length > 0; y++)
            {
                zlib.WriteByte(0);
                zlib.Write(rows.Slice(y * (rows.Length / height), rows.Length / height));
            }
        }

        Chunk(file, "IHDR"u8, header);
        Chunk(file, "IDAT"u8, data.ToArray());
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    /// <summary>A PNG with one more chunk: before its pixels unless told otherwise.</summary>
    public static byte[] WithChunk(byte[] png, string type, byte[] contents, bool isAfterPixels = false, bool isFirst = false)
    {
        const int SignatureBytes = 8, EndChunkBytes = 12;
        int at = isFirst ? SignatureBytes : isAfterPixels ? png.Length - EndChunkBytes : png.AsSpan().IndexOf("IDAT"u8) - 4;
        using var file = new MemoryStream();
        file.Write(png.AsSpan(0, at));
        Chunk(file, System.Text.Encoding.ASCII.GetBytes(type), contents);
        file.Write(png.AsSpan(at));
        return file.ToArray();
    }

    internal static void Chunk(MemoryStream file, ReadOnlySpan<byte> type, byte[] data)
    {
        byte[] number = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(type);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Checksum([.. type, .. data]));
        file.Write(number);
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint value = uint.MaxValue;
        foreach (byte next in bytes)
        {
            value ^= next;
            for (int bit = 0; bit < 8; bit++)
                value = (value >> 1) ^ ((value & 1) * 0xedb88320u);
        }

        return ~value;
    }

    private static unsafe byte[] Encode(RgbImage image, Func<SKPixmap, SKData?> encode)
    {
        using PixelBuffer pixels = image.ToBuffer();
        fixed (byte* first = pixels.BytesWithSlack)
        {
            var info = new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
            using var map = new SKPixmap(info, (nint)first, pixels.RowBytes);
            using SKData data = encode(map)!;
            return data.ToArray();
        }
    }
}
