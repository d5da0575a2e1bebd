using System.Runtime.InteropServices;
using Scott.Models.Imaging;

namespace Scott.Models.Tests.Imaging;

/// <summary>TIFF files give the samples that were written, in every way to store them.</summary>
public sealed class TiffDecoderTests
{
    private const int Width = 37;
    private const int Height = 23;

    public static TheoryData<string, int, int, bool> Storage =>
        [.. from compression in new[] { "NONE", "LZW", "ADOBE_DEFLATE", "DEFLATE", "PACKBITS" }
            from bits in new[] { 8, 16, 32 }
            from channels in new[] { 1, 2, 3, 4 }
            from isPlanar in new[] { false, true }
            select (compression, bits, channels, isPlanar)];

    [Theory]
    [MemberData(nameof(Storage))]
    public async Task Decode_StripsAndTiles_GiveTheSamplesWithoutAlpha(string compression, int bits, int channels, bool isPlanar)
    {
        byte[] samples = Bytes(Width * Height * channels * bits / 8);
        int colors = channels >= 3 ? 3 : 1;
        byte[] expected = [.. samples.Chunk(channels * bits / 8).SelectMany(pixel => pixel.Take(colors * bits / 8))];
        foreach (int tile in new[] { 0, 16, 64 })
        {
            foreach (string mode in new[] { "w", "wb", "w8" })
            {
                // LibTiff writes 16-bit differences wrongly in the other byte order; a test below has them.
                int predictor = bits == 8 || (bits == 16 && mode != "wb") ? 2 : 1;
                var recipe = new TiffRecipe(Width, Height)
                { Bits = bits, Channels = channels, Compression = compression, IsPlanar = isPlanar, Tile = tile, Predictor = predictor };
                SampleImage image = await DecodeAsync(TiffFiles.Write(recipe, samples, mode));
                SampleFormat format = bits == 8 ? SampleFormat.UInt8 : bits == 16 ? SampleFormat.UInt16 : SampleFormat.UInt32;
                Assert.Equal((Width, Height, format), (image.Width, image.Height, image.Format));
                byte[] found = bits == 8 && colors == 1 ? [.. image.Bytes.ToArray().Where((_, i) => i % 3 == 0)] : image.Bytes.ToArray();
                Assert.True(expected.AsSpan().SequenceEqual(found), $"tile {tile}, mode {mode}");
            }
        }
    }

    [Theory]
    [InlineData("NONE", 0, 1, "wb")]
    [InlineData("ADOBE_DEFLATE", 16, 1, "wb")]
    [InlineData("LZW", 0, 3, "w")]
    [InlineData("ADOBE_DEFLATE", 16, 3, "w8")]
    public async Task Decode_Floats_AreKept(string compression, int tile, int predictor, string mode)
    {
        float[] samples = [.. Enumerable.Range(0, Width * Height * 3).Select(i => (i * 0.37f) - 100)];
        (samples[0], samples[1]) = (float.NaN, float.PositiveInfinity);
        var recipe = new TiffRecipe(Width, Height)
        { Bits = 32, Channels = 3, IsFloat = true, Compression = compression, Tile = tile, Predictor = predictor };
        SampleImage image = await DecodeAsync(TiffFiles.Write(recipe, MemoryMarshal.AsBytes<float>(samples).ToArray(), mode));
        Assert.Equal(SampleFormat.Float32, image.Format);
        Assert.Equal(samples, MemoryMarshal.Cast<byte, float>(image.Bytes.Span).ToArray());
    }

    [Theory]
    [InlineData("NONE", 1)]
    [InlineData("CCITTFAX4", 1)]
    [InlineData("CCITTFAX3", 1)]
    [InlineData("PACKBITS", 1)]
    [InlineData("LZW", 2)]
    [InlineData("NONE", 4)]
    public async Task Decode_FewBits_AreScaledToBytesAndInverted(string compression, int bits)
    {
        var recipe = new TiffRecipe(Width, Height) { Bits = bits, Compression = compression };
        byte[] packed = Bytes(recipe.RowBytes * Height);
        int Level(int x, int y) => (packed[(y * recipe.RowBytes) + (x * bits / 8)] >> (8 - bits - (x * bits % 8))) & ((1 << bits) - 1);
        byte[] expected =
            [.. from y in Enumerable.Range(0, Height) from x in Enumerable.Range(0, Width) select (byte)(Level(x, y) * 255 / ((1 << bits) - 1))];
        Assert.Equal(expected, Gray(await DecodeAsync(TiffFiles.Write(recipe, packed))));
        SampleImage inverted = await DecodeAsync(TiffFiles.Write(recipe with { Photometric = "MINISWHITE" }, packed));
        Assert.Equal(expected.Select(value => (byte)(255 - value)), Gray(inverted));
    }

    [Fact]
    public async Task Decode_SixteenBitsMinIsWhite_AreInverted()
    {
        ushort[] samples = Png16DecoderTests.Samples(Width * Height);
        var recipe = new TiffRecipe(Width, Height) { Bits = 16, Photometric = "MINISWHITE" };
        SampleImage image = await DecodeAsync(TiffFiles.Write(recipe, MemoryMarshal.AsBytes<ushort>(samples).ToArray()));
        Assert.Equal(samples.Select(sample => (ushort)(65535 - sample)), MemoryMarshal.Cast<byte, ushort>(image.Bytes.Span).ToArray());
    }

    [Theory]
    [InlineData(8, 8)]
    [InlineData(4, 8)]
    [InlineData(8, 0)]
    public async Task Decode_Palette_GivesItsColors(int bits, int shift)
    {
        int colors = 1 << bits;
        byte[][] channels = [.. Enumerable.Range(0, 3).Select(channel => Bytes(colors, channel))];
        var recipe = new TiffRecipe(Width, Height)
        {
            Bits = bits,
            Photometric = "PALETTE",
            Palette = [.. channels.Select(channel => channel.Select(value => (ushort)(value << shift)).ToArray())],
        };
        byte[] indices = Bytes(recipe.RowBytes * Height);
        int Index(int x, int y) => bits == 8 ? indices[(y * Width) + x] : (indices[(y * recipe.RowBytes) + (x / 2)] >> (4 - (x % 2 * 4))) & 15;
        byte[] expected =
        [
            .. from y in Enumerable.Range(0, Height)
               from x in Enumerable.Range(0, Width)
               from c in Enumerable.Range(0, 3)
               select channels[c][Index(x, y)],
        ];
        Assert.Equal(expected, (await DecodeAsync(TiffFiles.Write(recipe, indices))).Bytes.ToArray());
    }

    [Theory]
    [InlineData("RGB", 3, 0)]
    [InlineData("YCBCR", 3, 0)]
    [InlineData("YCBCR", 3, 32)]
    [InlineData("MINISBLACK", 1, 16)]
    public async Task Decode_Jpeg_IsNearWhatWasWritten(string photometric, int channels, int tile)
    {
        RgbImage drawn = TestImages.Drawn(64, 48);
        byte[] samples = [.. drawn.Pixels.ToArray().Chunk(3).SelectMany(pixel => pixel.Take(channels))];
        var recipe = new TiffRecipe(64, 48) { Channels = channels, Compression = "JPEG", Photometric = photometric, Tile = tile };
        byte[] found = (await DecodeAsync(TiffFiles.Write(recipe, samples))).Bytes.ToArray();
        found = channels == 1 ? [.. found.Where((_, i) => i % 3 == 0)] : found;
        Assert.InRange(samples.Zip(found).Average(pair => Math.Abs(pair.First - pair.Second)), 0, 14);
    }

    [Fact]
    public async Task Decode_EveryOrientation_IsUpright()
    {
        string[] expected = ["123456", "321654", "654321", "456123", "142536", "415263", "635241", "362514"];
        for (int orientation = 1; orientation <= 8; orientation++)
        {
            ushort[] samples = [1, 2, 3, 4, 5, 6];
            var recipe = new TiffRecipe(3, 2) { Bits = 16, Orientation = orientation };
            SampleImage image = await DecodeAsync(TiffFiles.Write(recipe, MemoryMarshal.AsBytes<ushort>(samples).ToArray()));
            Assert.Equal(orientation > 4 ? (2, 3) : (3, 2), (image.Width, image.Height));
            Assert.Equal(expected[orientation - 1], string.Concat(MemoryMarshal.Cast<byte, ushort>(image.Bytes.Span).ToArray()));
        }
    }

    [Theory]
    [InlineData("w")]
    [InlineData("wb")]
    [InlineData("w8")]
    public async Task WithPage_SeveralPages_DecodesThatOne(string mode)
    {
        byte[] file = TiffFiles.Write([.. Enumerable.Range(1, 3).Select(page => (new TiffRecipe(page, 1), Bytes(page, page)))], mode);
        ImageSource source = ImageSource.FromBytes(file, "scan");
        Assert.Equal(3, await ImageDecoder.CountPagesAsync(source, cancellationToken: TestContext.Current.CancellationToken));
        for (int page = 0; page < 3; page++)
        {
            SampleImage image = await ImageDecoder.DecodeSamplesAsync(
                source.WithPage(page), cancellationToken: TestContext.Current.CancellationToken);
            Assert.Equal(Bytes(page + 1, page + 1), Gray(image));
        }

        ImageFormatException error = await Assert.ThrowsAsync<ImageFormatException>(() => ImageDecoder.DecodeAsync(source.WithPage(3)));
        Assert.Equal(ImageFault.NoSuchPage, error.Fault);
        Assert.Equal(
            "'scan#page=3' cannot be decoded: it has 3 pages; page 3 was asked for, counted from 0. Choose another page, or leave it out.",
            error.Message);
        Assert.Equal("scan#page=3", error.Name);
        ImageSource png = ImageSource.FromBytes(TestImages.Drawn(4, 4).EncodePng());
        error = await Assert.ThrowsAsync<ImageFormatException>(() => ImageDecoder.DecodeAsync(png.WithPage(1)));
        Assert.Equal(ImageFault.NoSuchPage, error.Fault);
        Assert.Equal(1, await ImageDecoder.CountPagesAsync(png, cancellationToken: TestContext.Current.CancellationToken));
    }

    /// <summary>All pages of a file once had one name.</summary>
    [Fact]
    public async Task WithPage_OfAFile_HasANameOfItsOwnAndIsReadFromTheFile()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("scan.tif");
        byte[] file = TiffFiles.Write([.. Enumerable.Range(1, 3).Select(page => (new TiffRecipe(page, 1), Bytes(page, page)))]);
        await File.WriteAllBytesAsync(path, file, TestContext.Current.CancellationToken);
        ImageSource source = path, second = source.WithPage(0).WithPage(1);
        Assert.Equal((path, path + "#page=1", path + "#page=1"), (source.Name, second.Name, second.ToString()));
        SampleImage image = await ImageDecoder.DecodeSamplesAsync(second, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(Bytes(2, 2), Gray(image));
        using LargeImage large = await LargeImage.OpenAsync(second, 8, new ImageDecodingOptions(), TestContext.Current.CancellationToken);
        Assert.Equal((2, 1), (large.Width, large.Height));
    }

    [Fact]
    public async Task CountPages_LinksInALoop_Ends()
    {
        byte[] file = TiffFiles.Write([(new TiffRecipe(1, 1), [7]), (new TiffRecipe(1, 1), [8])]);

        // The last link, behind 12 bytes for each entry of the second directory, leads back to the first directory.
        int first = BitConverter.ToInt32(file, 4), second = BitConverter.ToInt32(file, first + 2 + (12 * BitConverter.ToUInt16(file, first)));
        BitConverter.GetBytes(first).CopyTo(file, second + 2 + (12 * BitConverter.ToUInt16(file, second)));
        Assert.Equal(2, await ImageDecoder.CountPagesAsync(ImageSource.FromBytes(file), cancellationToken: TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("SEPARATED", 4, 8, 0, "colors are of kind 5")]
    [InlineData("CIELAB", 3, 8, 0, "colors are of kind 8")]
    [InlineData("MINISBLACK", 5, 8, 0, "it has 5 channels")]
    [InlineData("MINISBLACK", 1, 16, 2, "samples are of type 2 with 16 bits")]
    [InlineData("MINISBLACK", 1, 16, 3, "samples are of type 3 with 16 bits")]
    [InlineData("MINISBLACK", 1, 64, 3, "samples are of type 3 with 64 bits")]
    [InlineData("MINISBLACK", 1, 64, 0, "samples have 64 bits")]
    [InlineData("RGB", 3, 4, 0, "samples have 4 bits")]
    public async Task Decode_UnsupportedKind_SaysWhich(string photometric, int channels, int bits, int type, string reason)
    {
        var recipe = new TiffRecipe(8, 8) { Photometric = photometric, Channels = channels, Bits = bits, SampleType = type };
        ImageFormatException error = await Assert.ThrowsAsync<ImageFormatException>(
            () => DecodeAsync(TiffFiles.Write(recipe, new byte[recipe.RowBytes * 8])));
        Assert.Equal(ImageFault.UnsupportedVariant, error.Fault);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("baseline JPEG", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Decode_CutOff_IsRefused()
    {
        byte[] file = TiffFiles.Write(new TiffRecipe(9, 7) { Bits = 16, Compression = "LZW" }, Bytes(9 * 7 * 2));
        for (int length = 0; length < file.Length; length++)
        {
            ImageFormatException error = await Assert.ThrowsAsync<ImageFormatException>(() => DecodeAsync(file[..length]));
            Assert.True(
                error.Fault is ImageFault.Empty or ImageFault.NotAnImage or ImageFault.Header or ImageFault.Truncated or ImageFault.Corrupt,
                error.Message);
        }
    }

    [Fact]
    public async Task Decode_LargeSizeInTheHeader_IsRefusedBeforeMemoryIsTaken()
    {
        byte[] file = TiffFiles.Write(new TiffRecipe(9, 7) { Compression = "LZW" }, Bytes(63));
        byte[] large = Patched(file, 256, 100_000_000);
        ImageFormatException error = await Assert.ThrowsAsync<ImageFormatException>(() => DecodeAsync(large));
        Assert.Equal(ImageFault.TooManyPixels, error.Fault);
        long before = GC.GetAllocatedBytesForCurrentThread();
        error = Assert.Throws<ImageFormatException>(
            () => TiffDecoder.Decode(Patched(file, 256, 1_000_000), ImageSource.FromBytes(file), new ImageDecodingOptions(), default));
        Assert.Equal(ImageFault.Truncated, error.Fault);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Decode_Canceled_Ends()
    {
        foreach (int tile in new[] { 0, 16 })
        {
            byte[] file = TiffFiles.Write(new TiffRecipe(9, 7) { Tile = tile }, Bytes(63));
            Assert.ThrowsAny<OperationCanceledException>(
                () => TiffDecoder.Decode(file, ImageSource.FromBytes(file), new ImageDecodingOptions(), new CancellationToken(true)));
        }
    }

    internal static byte[] Bytes(int count, int seed = 5)
    {
        byte[] bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>The gray values of an image of 8 bits, which is decoded to three equal channels.</summary>
    private static byte[] Gray(SampleImage image) => [.. image.Bytes.ToArray().Where((_, i) => i % 3 == 0)];

    /// <summary>Changes the value of a tag that is kept in its entry.</summary>
    internal static byte[] Patched(byte[] file, ushort tag, int value)
    {
        byte[] copy = [.. file];
        int directory = BitConverter.ToInt32(file, 4);
        int entry = Enumerable.Range(0, BitConverter.ToUInt16(file, directory)).Select(i => directory + 2 + (12 * i))
            .First(at => BitConverter.ToUInt16(file, at) == tag);
        BitConverter.GetBytes((ushort)4).CopyTo(copy, entry + 2);
        BitConverter.GetBytes(value).CopyTo(copy, entry + 8);
        return copy;
    }

    private static Task<SampleImage> DecodeAsync(byte[] file) =>
        ImageDecoder.DecodeSamplesAsync(ImageSource.FromBytes(file), cancellationToken: TestContext.Current.CancellationToken);
}
