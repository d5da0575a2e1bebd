using System.Buffers.Binary;
using Scott.Models.Imaging;

namespace Scott.Models.Tests.Imaging;

public sealed class ImageDecoderTests
{
    /// <summary>The longest end of a file without pixels: a PNG's last checksums and chunk.</summary>
    private const int TrailerBytes = 24;

    public static TheoryData<string> Lossless => ["png", "webp", "bmp"];

    public static TheoryData<string> Formats => ["jpeg", "png", "webp", "bmp", "gif"];

    [Fact]
    public void Options_Defaults_AreTheDocumentedOnes()
    {
        var options = new ImageDecodingOptions();
        options.Validate();
        Assert.Equal((178_956_970, false), (options.MaximumPixels, options.FastDecode));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(long.MaxValue)]
    public async Task Decode_IllegalOption_NamesIt(long pixels)
    {
        ScottConfigurationException error = await Assert.ThrowsAsync<ScottConfigurationException>(
            () => ImageDecoder.DecodeAsync(ImageSource.FromBytes(new byte[1]), new ImageDecodingOptions { MaximumPixels = pixels }));
        Assert.Contains($"MaximumPixels is {pixels}; expected 1 to 536870", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Lossless))]
    public async Task Decode_LosslessFormats_RoundTrip(string kind)
    {
        RgbImage image = TestImages.Drawn(21, 17);
        Assert.Equal(image.Pixels.ToArray(), (await DecodeAsync(ImageMutationTests.Image(kind))).Pixels.ToArray());
    }

    [Fact]
    public async Task Decode_Gif_GivesTheFirstFrame()
    {
        byte[] levels = [.. Enumerable.Range(0, 21 * 17).Select(i => (byte)(i * 7 / 2 * 2))];
        RgbImage found = await DecodeAsync(TestImages.Gif(21, 17, levels));
        Assert.Equal(levels.SelectMany(level => new[] { level, level, level }), found.Pixels.ToArray());
    }

    [Fact]
    public async Task Decode_SixteenBitPng_TakesTheHighByte()
    {
        byte[] rows = [.. Enumerable.Range(0, 5 * 4 * 6).Select(i => (byte)(i * 37))];
        RgbImage found = await DecodeAsync(TestImages.Png(5, 4, 16, 2, rows));
        Assert.Equal(rows.Where((_, i) => i % 2 == 0), found.Pixels.ToArray());
    }

    [Fact]
    public async Task Decode_TransparentPng_KeepsTheColorUnderneath()
    {
        byte[] rows = [.. Enumerable.Range(0, 4 * 3 * 4).Select(i => (byte)(i % 4 == 3 ? i % 3 * 90 : i * 5))];
        RgbImage found = await DecodeAsync(TestImages.Png(4, 3, 8, 6, rows));
        Assert.Equal(rows.Where((_, i) => i % 4 != 3), found.Pixels.ToArray());
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Decode_CutAnywhere_IsRefused(string kind)
    {
        byte[] file = ImageMutationTests.Image(kind);
        int accepted = 0;
        for (int length = 0; length < file.Length; length++)
        {
            try
            {
                using DecodedImage image = SkiaDecoder.Decode(file.AsSpan(0, length), "cut", new ImageDecodingOptions());
                accepted++;
                Assert.True(length >= file.Length - TrailerBytes, $"accepted with {length} of {file.Length} bytes");
            }
            catch (ImageFormatException error)
            {
                Assert.True(
                    error.Fault is ImageFault.Empty or ImageFault.NotAnImage or ImageFault.Header
                        or ImageFault.Truncated or ImageFault.Corrupt or ImageFault.NoPixels,
                    error.Message);
            }
        }

        // All pixels may be there when only a trailer is missing.
        Assert.InRange(accepted, 0, TrailerBytes);
    }

    [Theory]
    [InlineData(new byte[0], ImageFault.Empty)]
    [InlineData(new byte[] { 0xff }, ImageFault.NotAnImage)]
    [InlineData(new byte[] { 0xff, 0xd8, 0xff }, ImageFault.Header)]
    [InlineData(new byte[] { (byte)'I', (byte)'I', 42, 0, 8, 0, 0, 0 }, ImageFault.Header)]
    [InlineData(new byte[] { (byte)'t', (byte)'e', (byte)'x', (byte)'t' }, ImageFault.NotAnImage)]
    public async Task Decode_NoImage_SaysWhy(byte[] file, ImageFault fault)
    {
        ImageFormatException error = await Assert.ThrowsAsync<ImageFormatException>(
            () => ImageDecoder.DecodeAsync(ImageSource.FromBytes(file, "upload 7")));
        Assert.Equal((fault, "upload 7"), (error.Fault, error.Name));
        Assert.StartsWith("'upload 7' cannot be decoded: ", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Images, videos and sound share one container: a video was once called HEIF or AVIF.</summary>
    [Theory]
    [InlineData("ftypheic", "it is a HEIF or AVIF file;")]
    [InlineData("ftypmif1", "it is a HEIF or AVIF file;")]
    [InlineData("ftypavif", "it is a HEIF or AVIF file;")]
    [InlineData("ftypisom", "it is a video file (MP4 or QuickTime);")]
    [InlineData("ftypmp42", "it is a video file (MP4 or QuickTime);")]
    [InlineData("ftypqt  ", "it is a video file (MP4 or QuickTime);")]
    [InlineData("ftypM4A ", "it is an audio file (M4A);")]
    [InlineData("ftypcrx ", "it is a Canon raw file (CR3);")]
    public async Task Decode_FileOfTheSharedContainer_SaysWhatItIs(string start, string expected)
    {
        ImageFormatException error = await Assert.ThrowsAsync<ImageFormatException>(
            () => DecodeAsync([0, 0, 0, 24, .. System.Text.Encoding.ASCII.GetBytes(start), 0, 0, 0, 0]));
        Assert.Equal(ImageFault.UnsupportedFormat, error.Fault);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("png", 0, ImageFault.NoPixels)]
    [InlineData("jpeg", 0, ImageFault.NoPixels)]
    [InlineData("bmp", 0, ImageFault.NoPixels)]
    [InlineData("png", 0x7fff, ImageFault.TooManyPixels)]
    [InlineData("jpeg", 0x7fff, ImageFault.TooManyPixels)]
    [InlineData("bmp", 0x7fff, ImageFault.TooManyPixels)]
    public async Task Decode_PatchedSize_IsRefusedBeforeMemoryIsTaken(string kind, ushort side, ImageFault fault)
    {
        byte[] file = ImageMutationTests.Image(kind);
        switch (kind)
        {
            case "png":
                file = TestImages.Png(side, side, 8, 2, []);
                break;
            case "bmp":
                BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(18), side);
                BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), side);
                break;
            default:
                int frame = file.AsSpan().IndexOf([(byte)0xff, (byte)0xc0]);
                BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(frame + 5), side);
                BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(frame + 7), side);
                break;
        }

        ImageFormatException error = await Assert.ThrowsAsync<ImageFormatException>(() => DecodeAsync(file));
        Assert.Equal(fault, error.Fault);
    }

    /// <summary>Few pixels, but a resize takes memory in proportion to the longest side.</summary>
    [Theory]
    [InlineData(8)]
    [InlineData(16)]
    public async Task Decode_OfASideOverAMillion_IsRefused(byte bits)
    {
        foreach ((int width, int height) in new[] { ((1 << 20) + 1, 1), (1, (1 << 20) + 1) })
        {
            ImageFormatException error = await Assert.ThrowsAsync<ImageFormatException>(
                () => DecodeAsync(TestImages.Png(width, height, bits, 0, [])));
            Assert.Equal(ImageFault.TooManyPixels, error.Fault);
            Assert.Contains("at most 1048576 on a side", error.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>Skia gives no reason when it refuses such files, which were once called damaged.</summary>
    [Fact]
    public async Task Decode_SideOverTheLimitOfItsDecoder_IsTooLong()
    {
        byte[] jpeg = ImageMutationTests.Image("jpeg");
        int frame = jpeg.AsSpan().IndexOf([(byte)0xff, (byte)0xc0]);
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 5), 1);
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 7), 65_501);
        byte[] bmp = TestImages.Bmp(TestImages.Uniform(65_536, 1, 7));
        foreach ((byte[] file, int longest) in new[] { (jpeg, 65_500), (bmp, 65_535) })
        {
            ImageFormatException error = await Assert.ThrowsAsync<ImageFormatException>(() => DecodeAsync(file));
            Assert.Equal(ImageFault.TooManyPixels, error.Fault);
            Assert.Contains($"{longest + 1}×1 pixels; expected at most {longest} on a side", error.Message, StringComparison.Ordinal);
        }

        Assert.Equal(65_535, (await DecodeAsync(TestImages.Bmp(TestImages.Uniform(65_535, 1, 7)))).Width);
    }

    [Fact]
    public async Task Decode_OverThePixelLimit_IsRefusedAndAtItIsNot()
    {
        byte[] file = ImageMutationTests.Image("png");
        await ImageDecoder.DecodeAsync(ImageSource.FromBytes(file), new ImageDecodingOptions { MaximumPixels = 21 * 17 });
        ImageFormatException error = await Assert.ThrowsAsync<ImageFormatException>(
            () => ImageDecoder.DecodeAsync(ImageSource.FromBytes(file), new ImageDecodingOptions { MaximumPixels = (21 * 17) - 1 }));
        Assert.Equal(ImageFault.TooManyPixels, error.Fault);
    }

    [Fact]
    public async Task Decode_EverySource_GivesTheSameImage()
    {
        using var folder = new TemporaryFolder();
        RgbImage image = TestImages.Drawn(300, 201);
        await image.SavePngAsync(folder.File("a.png"));
        byte[] bytes = await File.ReadAllBytesAsync(folder.File("a.png"));
        using var stream = new MemoryStream(bytes);
        var fromStream = ImageSource.FromStream(stream, "stream");
        ImageSource[] sources = [ImageSource.FromFile(folder.File("a.png")), ImageSource.FromBytes(bytes), fromStream, ImageSource.FromImage(image)];
        foreach (ImageSource source in sources)
            Assert.Equal(image.Pixels.ToArray(), (await ImageDecoder.DecodeAsync(source)).Pixels.ToArray());

        await Assert.ThrowsAsync<InvalidOperationException>(() => ImageDecoder.DecodeAsync(fromStream));
        Assert.True(stream.CanRead);
        await Assert.ThrowsAsync<FileNotFoundException>(() => ImageDecoder.DecodeAsync(ImageSource.FromFile(folder.File("none.png"))));
    }

    [Fact]
    public async Task Decode_Canceled_Stops() => await Assert.ThrowsAnyAsync<OperationCanceledException>(
        () => ImageDecoder.DecodeAsync(ImageSource.FromBytes(new byte[1]), null, new CancellationToken(canceled: true)));

    private static Task<RgbImage> DecodeAsync(byte[] file) => ImageDecoder.DecodeAsync(ImageSource.FromBytes(file));
}
