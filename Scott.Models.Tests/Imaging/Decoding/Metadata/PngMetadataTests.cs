using System.IO.Compression;
using Scott.Models.Imaging;
using SkiaSharp;

namespace Scott.Models.Tests.Imaging;

public sealed class PngMetadataTests
{
    private const int Texts = 500;

    /// <summary>Each of many small texts was once inflated to a megabyte.</summary>
    [Theory]
    [InlineData("Raw profile type exif")]
    [InlineData("Raw profile type APP1")]
    public void Read_ManyTextsThatInflateFar_StaysWithinOneMegabyteAndFindsTheRest(string keyword)
    {
        byte[] text = [.. System.Text.Encoding.ASCII.GetBytes(keyword), 0, 0, .. Compressed(1 << 20)];
        byte[] png = TestImages.Drawn(8, 6).EncodePng();
        int pixels = png.AsSpan().IndexOf("IDAT"u8) - 4;
        using var file = new MemoryStream();
        file.Write(png.AsSpan(0, pixels));
        for (int i = 0; i < Texts; i++)
            TestImages.Chunk(file, "zTXt"u8, text);

        TestImages.Chunk(file, "iTXt"u8, [.. "XML:com.adobe.xmp\0\0\0\0\0tiff:Orientation=\"6\" "u8]);
        file.Write(png.AsSpan(pixels));
        byte[] bytes = file.ToArray();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(SKEncodedOrigin.RightTop, EncodedOrientation.Read(bytes, SKEncodedImageFormat.Png));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 << 20);
    }

    private static byte[] Compressed(int zeros)
    {
        using var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionLevel.Optimal, leaveOpen: true))
            zlib.Write(new byte[zeros]);

        return data.ToArray();
    }
}
