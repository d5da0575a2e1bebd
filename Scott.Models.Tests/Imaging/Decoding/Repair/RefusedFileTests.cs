using System.Buffers.Binary;
using Scott.Models.Imaging;

namespace Scott.Models.Tests.Imaging;

/// <summary>Sound files that Skia alone refuses decode to the pixels of their usual form.</summary>
public sealed class RefusedFileTests
{
    private const int Width = 21;
    private const int Height = 17;

    [Theory]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(11)]
    public async Task Decode_GifWithLongCodes_IsTheSameAsWithShortOnes(int literalBits)
    {
        // Runs make long strings, and the repetition fills the table so that it is used when full, too.
        byte[] colors = [.. Enumerable.Range(0, 200 * 150).Select(i => (byte)((i / 7 % 31 * 8) + (i % 64 < 32 ? i % 5 : 0)))];
        foreach (GifFrame frame in new[]
        {
            new GifFrame(200, 150), new GifFrame(200, 150, IsInterlaced: true), new GifFrame(200, 150, 13, 9), new GifFrame(200, 150, Transparent: 8),
            new GifFrame(200, 150, HasTrailer: false),
        })
        {
            RgbImage expected = await DecodeAsync(GifFiles.File(colors, 8, frame));
            RgbImage found = await DecodeAsync(GifFiles.File(colors, literalBits, frame));
            Assert.Equal((expected.Width, expected.Height), (found.Width, found.Height));
            Assert.True(expected.Pixels.Span.SequenceEqual(found.Pixels.Span), $"{literalBits} bits, {frame}");
        }
    }

    [Fact]
    public async Task Decode_GifWithLongCodesCutOff_IsRefused()
    {
        byte[] colors = [.. Enumerable.Range(0, 60 * 40).Select(i => (byte)(i * 7))];
        byte[] file = GifFiles.File(colors, 11, new GifFrame(60, 40));
        for (int length = file.Length - 40; length > 800; length -= 97)
        {
            ImageFormatException error = await Assert.ThrowsAsync<ImageFormatException>(() => DecodeAsync(file[..length]));
            Assert.True(error.Fault is ImageFault.Truncated or ImageFault.Corrupt, error.Message);
        }
    }

    [Fact]
    public async Task Decode_GifColorOver255_IsRefused()
    {
        byte[] file = GifFiles.File([1, 2, 3, 4], 9, new GifFrame(2, 2), firstCode: 300);
        Assert.Equal(ImageFault.Corrupt, (await Assert.ThrowsAsync<ImageFormatException>(() => DecodeAsync(file))).Fault);
    }

    [Fact]
    public async Task Decode_GifWithLongCodesOverThePixelLimit_IsRefusedForThat()
    {
        byte[] file = GifFiles.File([1, 2, 3, 4], 9, new GifFrame(2, 2));
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(6), 60_000);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(8), 60_000);
        Assert.Equal(ImageFault.TooManyPixels, (await Assert.ThrowsAsync<ImageFormatException>(() => DecodeAsync(file))).Fault);
    }

    [Theory]
    [InlineData(1, 12)]
    [InlineData(4, 12)]
    [InlineData(8, 12)]
    [InlineData(1, 16)]
    [InlineData(4, 16)]
    [InlineData(8, 16)]
    [InlineData(8, 64)]
    [InlineData(4, 40)]
    [InlineData(8, 40)]
    [InlineData(8, 108)]
    [InlineData(8, 124)]
    public async Task Decode_BmpWithShortPalette_IsTheSameAsWithAFullOne(int bits, int headerBytes)
    {
        foreach (bool isTopDown in headerBytes == 12 ? new[] { false } : [false, true])
        {
            int colors = bits == 1 ? 1 : 3;
            RgbImage expected = await DecodeAsync(BmpFiles.Palette(Width, Height, bits, 40, 1 << bits, colors));
            RgbImage found = await DecodeAsync(BmpFiles.Palette(Width, Height, bits, headerBytes, colors, colors, isTopDown));
            Assert.Equal(expected.Pixels.ToArray(), found.Pixels.ToArray());
        }
    }

    /// <summary>The oldest header has sizes of 16 bits. Read as 32 bits they were over every limit, so that the file was not repaired.</summary>
    [Theory]
    [InlineData(12)]
    [InlineData(40)]
    public async Task Decode_BmpWithoutAPixelStart_IsTheSameAsWithOne(int headerBytes)
    {
        byte[] file = BmpFiles.Palette(Width, Height, 8, headerBytes, 256, 256);
        byte[] expected = (await DecodeAsync(file)).Pixels.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(10), 0);
        Assert.Equal(expected, (await DecodeAsync(file)).Pixels.ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Decode_BmpWithoutItsLastPadding_IsWhole(int missing)
    {
        // 24 bits: rows of 63 bytes and 1 of padding, of 3 · 22 = 66 and 2, of 3 · 23 = 69 and 3.
        RgbImage image = TestImages.Drawn(20 + missing, Height);
        byte[] file = TestImages.Bmp(image);
        for (int cut = 1; cut <= missing; cut++)
            Assert.Equal(image.Pixels.ToArray(), (await DecodeAsync(file[..^cut])).Pixels.ToArray());

        ImageFormatException error = await Assert.ThrowsAsync<ImageFormatException>(() => DecodeAsync(file[..^(missing + 1)]));
        Assert.Equal(ImageFault.Truncated, error.Fault);
    }

    [Fact]
    public async Task Decode_PaletteBmpWithoutItsLastPadding_IsWhole()
    {
        byte[] file = BmpFiles.Palette(Width, Height, 8, 40, 256, 256);
        RgbImage expected = await DecodeAsync(file);
        Assert.Equal(expected.Pixels.ToArray(), (await DecodeAsync(file[..^3])).Pixels.ToArray());
        Assert.Equal(expected.Pixels.ToArray(), (await DecodeAsync(BmpFiles.Palette(Width, Height, 8, 12, 256, 256)[..^1])).Pixels.ToArray());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(6)]
    public async Task Decode_PngWithUselessPalette_IsTheSameAsWithout(byte colorType)
    {
        byte[] rows = [.. Enumerable.Range(0, Width * Height * (colorType == 2 ? 3 : 4)).Select(i => (byte)(i * 37))];
        byte[] file = TestImages.Png(Width, Height, 8, colorType, rows);
        byte[] expected = (await DecodeAsync(file)).Pixels.ToArray();
        Assert.Equal(expected, (await DecodeAsync(TestImages.WithChunk(file, "PLTE", []))).Pixels.ToArray());
        byte[] twice = TestImages.WithChunk(TestImages.WithChunk(file, "PLTE", [1, 2, 3]), "PLTE", [4, 5, 6]);
        Assert.Equal(expected, (await DecodeAsync(twice)).Pixels.ToArray());
    }

    [Fact]
    public async Task Decode_PalettePngWithEmptyPalette_IsRefused()
    {
        byte[] file = TestImages.WithChunk(TestImages.Png(4, 1, 8, 3, [0, 0, 0, 0]), "PLTE", []);
        await Assert.ThrowsAsync<ImageFormatException>(() => DecodeAsync(file));
    }

    private static Task<RgbImage> DecodeAsync(byte[] file) => ImageDecoder.DecodeAsync(ImageSource.FromBytes(file));
}
