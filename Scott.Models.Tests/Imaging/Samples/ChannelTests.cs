using System.Runtime.InteropServices;
using Scott.Models.Imaging;

namespace Scott.Models.Tests.Imaging;

/// <summary>Images of other channels than red, green and blue: what is read, and what a model gets.</summary>
public sealed class ChannelTests
{
    private const int Width = 9, Height = 7;

    public static TheoryData<int, string> Stored =>
        [.. from channels in new[] { 2, 4, 5, 16 } from how in new[] { "strips", "planes", "tiles", "pages", "array" } select (channels, how)];

    /// <summary>However the channels are stored, the same samples come out.</summary>
    [Theory]
    [MemberData(nameof(Stored))]
    public async Task Decode_AnyNumberOfChannels_GivesEverySample(int channels, string how)
    {
        ushort[] samples = Samples(channels);
        SampleImage image = await ImageDecoder.DecodeSamplesAsync(Source(samples, channels, how), new ImageDecodingOptions { Channels = channels });
        Assert.Equal((Width, Height, channels, SampleFormat.UInt16), (image.Width, image.Height, image.Channels, image.Format));
        Assert.Equal(samples, MemoryMarshal.Cast<byte, ushort>(image.Bytes.Span).ToArray());
    }

    [Theory]
    [MemberData(nameof(Stored))]
    public async Task Preprocess_AnyNumberOfChannels_NormalizesEach(int channels, string how)
    {
        ushort[] samples = Samples(channels);
        PreprocessingSpec spec = Spec(channels);
        float[] planes = await PreprocessAsync(spec, Source(samples, channels, how));
        for (int channel = 0; channel < channels; channel++)
        {
            ushort[] plane = [.. samples.Where((_, i) => i % channels == channel)];
            var own = new ChannelNormalization
            {
                Mean = [spec.Channels!.Mean[channel]],
                StandardDeviation = [spec.Channels.StandardDeviation[channel]],
            };
            float[] expected = await PreprocessAsync(spec with { Channels = own }, ImageSource.FromPixels(plane, Width, Height));
            Assert.Equal(expected, planes[(channel * expected.Length)..((channel + 1) * expected.Length)]);
        }
    }

    /// <summary>Pillow's mode L, to the bit: the gray of a gray image is the image.</summary>
    [Fact]
    public async Task OneChannel_OfColors_IsTheGrayOfPillow()
    {
        RgbImage image = TestImages.Drawn(40, 30);
        var options = new ImageDecodingOptions { Channels = 1 };
        foreach (ImageSource source in new[] { ImageSource.FromImage(image), ImageSource.FromBytes(image.EncodePng()) })
        {
            SampleImage gray = await ImageDecoder.DecodeSamplesAsync(source, options);
            Assert.Equal((1, SampleFormat.UInt8), (gray.Channels, gray.Format));
            Assert.Equal(image.Pixels.ToArray().Chunk(3).Select(Luma), gray.Bytes.ToArray());
        }

        RgbImage uniform = TestImages.Uniform(12, 12, 77);
        SampleImage same = await ImageDecoder.DecodeSamplesAsync(ImageSource.FromImage(uniform), options);
        Assert.All(same.Bytes.ToArray(), value => Assert.Equal(77, value));
        SampleImage deep = await ImageDecoder.DecodeSamplesAsync(ImageSource.FromPixels([1000, 2000, 3000, 65535, 65535, 65535], 2, 1, 3), options);
        Assert.Equal([1815, 65535], MemoryMarshal.Cast<byte, ushort>(deep.Bytes.Span).ToArray());
    }

    /// <summary>8 bits are resized as Pillow does it, and bytes and floats say the same.</summary>
    [Fact]
    public async Task OneChannel_OfEightBits_IsAPlaneOfThreeChannels()
    {
        RgbImage gray = RgbImage.FromPixels([.. TestImages.Drawn(40, 30).Pixels.ToArray().Chunk(3).Select(Luma)], 40, 30, PixelLayout.Gray8);
        var three = new ImagePreprocessor(PreprocessingSpec.ForImage(16));
        PreprocessingSpec spec = PreprocessingSpec.ForImage(16) with { Channels = ChannelNormalization.Default(1) };
        var one = new ImagePreprocessor(spec);
        byte[] colors = new byte[three.TensorLength], bytes = new byte[one.TensorLength];
        await three.PreprocessToBytesAsync(ImageSource.FromImage(gray), colors);
        await one.PreprocessToBytesAsync(ImageSource.FromImage(gray), bytes);
        Assert.Equal(colors.Where((_, i) => i % 3 == 0), bytes);

        float[] plane = await PreprocessAsync(spec, ImageSource.FromImage(gray));
        Assert.Equal(bytes.Select(value => ((value / 255f) - spec.Channels!.Mean[0]) / spec.Channels.StandardDeviation[0]), plane);
        Assert.Equal(colors, (await one.PreprocessToImageAsync(ImageSource.FromImage(gray))).Pixels.ToArray());

        // A window makes the same plane of floats, which are not rounded after each pass.
        float[] floats = await PreprocessAsync(spec with { SampleRange = SampleRange.Fixed(0, 255) }, ImageSource.FromImage(gray));
        Assert.Equal(plane, floats, (a, b) => MathF.Abs(a - b) < 1.1f / 255 / 0.22f);
    }

    [Fact]
    public async Task ToImage_OfManyChannels_ShowsTheFirstThree()
    {
        PreprocessingSpec spec = Spec(5);
        RgbImage image = await new ImagePreprocessor(spec).PreprocessToImageAsync(
            ImageSource.FromFloatPixels([.. Enumerable.Repeat(new[] { 1f, 0.5f, 0f, 0.2f, 0.3f }, 64).SelectMany(pixel => pixel)], 8, 8, 5));
        Assert.All(image.Pixels.ToArray().Chunk(3), pixel => Assert.Equal([255, 128, 0], pixel));
        RgbImage first = await new ImagePreprocessor(Spec(2)).PreprocessToImageAsync(
            ImageSource.FromFloatPixels([.. Enumerable.Repeat(new[] { 0.5f, 1f }, 64).SelectMany(pixel => pixel)], 8, 8, 2));
        Assert.All(first.Pixels.ToArray(), value => Assert.Equal(128, value));
    }

    [Theory]
    [InlineData("jpeg", 4, "it has 3 channels, and 4 are asked for")]
    [InlineData("jpeg", 2, "it has 3 channels, and 2 are asked for")]
    [InlineData("array", 4, "it has 5 channels, and 4 are asked for")]
    [InlineData("array", 3, "it has 5 channels, which is not supported")]
    [InlineData("array", 1, "it has 5 channels, which is not supported")]
    [InlineData("strips", 6, "it has 5 channels, and 6 are asked for")]
    [InlineData("strips", 3, "it has 5 channels, which is not supported")]
    [InlineData("strips", 1, "it has 5 channels, which is not supported")]
    [InlineData("pages", 4, "and 4 channels are asked for. Choose the first of 4 pages in a row with ImageSource.WithPage.")]
    [InlineData("pages", 7, "it has 5 pages of one channel, and 7 channels are asked for. Give an image")]
    public async Task Decode_OtherChannelsThanAskedFor_SaysWhatWasFound(string how, int channels, string expected)
    {
        ImageSource source = how == "jpeg"
            ? ImageSource.FromBytes(TestImages.Drawn(16, 16).EncodePng())
            : Source(Samples(5), 5, how);
        ImageFormatException error = await Assert.ThrowsAsync<ImageFormatException>(
            () => ImageDecoder.DecodeSamplesAsync(source, new ImageDecodingOptions { Channels = channels }));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Equal(channels is 1 or 3 ? ImageFault.UnsupportedVariant : ImageFault.WrongChannels, error.Fault);

        // No other format changes the number of channels.
        Assert.DoesNotContain("Convert it to", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_ChosenOrUnlike_AreThoseOrRefused()
    {
        var two = new ImageDecodingOptions { Channels = 2 };
        ushort[] samples = Samples(5);
        SampleImage image = await ImageDecoder.DecodeSamplesAsync(Source(samples, 5, "pages").WithPage(3), two);
        Assert.Equal(
            samples.Where((_, i) => i % 5 >= 3), MemoryMarshal.Cast<byte, ushort>(image.Bytes.Span).ToArray());
        await Assert.ThrowsAsync<ImageFormatException>(() => ImageDecoder.DecodeSamplesAsync(Source(samples, 5, "pages").WithPage(4), two));

        byte[] unlike = TiffFiles.Write(
            [(new TiffRecipe(9, 7), TiffDecoderTests.Bytes(63)), (new TiffRecipe(7, 9), TiffDecoderTests.Bytes(63))]);
        ImageFormatException error = await Assert.ThrowsAsync<ImageFormatException>(
            () => ImageDecoder.DecodeSamplesAsync(ImageSource.FromBytes(unlike), two));
        Assert.Contains("one has 9×7 pixels of 1 channel of UInt8, another 7×9", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_IllegalNumber_IsRefused()
    {
        Assert.Throws<ScottConfigurationException>(new ImageDecodingOptions { Channels = 0 }.Validate);
        Assert.Throws<ScottConfigurationException>(new ImageDecodingOptions { Channels = 17 }.Validate);
        Assert.DoesNotContain("Channels", new ImageDecodingOptions().ToString(), StringComparison.Ordinal);
    }

    /// <summary>Damaged files of many channels give typed errors, or the samples that they hold.</summary>
    [Fact]
    public async Task Decode_Mutations_RaiseOnlyTypedErrors()
    {
        byte[][] files =
        [
            TiffFiles.Write(new TiffRecipe(Width, Height) { Channels = 5, Bits = 16, Compression = "LZW" }, Bytes(Samples(5))),
            TiffFiles.Write(new TiffRecipe(Width, Height) { Channels = 5, Bits = 16, IsPlanar = true }, Bytes(Samples(5))),
            Pages(Samples(5), 5),
        ];
        var options = new ImageDecodingOptions { Channels = 5, MaximumPixels = 1 << 20 };
        var random = new Random(11);
        for (int round = 0; round < 2000; round++)
        {
            byte[] file = [.. files[round % files.Length]];
            for (int change = 0; change <= round % 3; change++)
                file[random.Next(file.Length)] = (byte)random.Next(256);

            if (round % 5 == 0)
                file = file[..random.Next(8, file.Length)];

            try
            {
                Assert.Equal(5, (await ImageDecoder.DecodeSamplesAsync(ImageSource.FromBytes(file), options)).Channels);
            }
            catch (ImageFormatException)
            {
                // As it should be.
            }
        }
    }

    private static async Task<float[]> PreprocessAsync(PreprocessingSpec spec, ImageSource source)
    {
        var preprocessor = new ImagePreprocessor(spec);
        float[] planes = new float[preprocessor.TensorLength];
        await preprocessor.PreprocessAsync(source, planes);
        return planes;
    }

    private static byte Luma(byte[] pixel) => (byte)(((pixel[0] * 19595) + (pixel[1] * 38470) + (pixel[2] * 7471) + 0x8000) >> 16);

    private static PreprocessingSpec Spec(int channels) => PreprocessingSpec.ForImage(8) with
    {
        ResizePixels = 8,
        Resize = ResizeMode.Stretch,
        Channels = new ChannelNormalization
        {
            Mean = [.. Enumerable.Range(0, channels).Select(channel => 0.1f + (0.03f * channel))],
            StandardDeviation = [.. Enumerable.Range(0, channels).Select(channel => 0.2f + (0.01f * channel))],
        },
    };

    private static ushort[] Samples(int channels)
    {
        var random = new Random(channels);
        return [.. Enumerable.Range(0, Width * Height * channels).Select(_ => (ushort)random.Next(65536))];
    }

    private static ImageSource Source(ushort[] samples, int channels, string how) => how switch
    {
        "array" => ImageSource.FromPixels(samples, Width, Height, channels),
        "pages" => ImageSource.FromBytes(Pages(samples, channels)),
        _ => ImageSource.FromBytes(TiffFiles.Write(
            new TiffRecipe(Width, Height)
            {
                Bits = 16,
                Channels = channels,
                Photometric = "MINISBLACK",
                IsPlanar = how == "planes",
                Tile = how == "tiles" ? 16 : 0,
            },
            Bytes(samples))),
    };

    private static byte[] Pages(ushort[] samples, int channels) => TiffFiles.Write(
        [.. Enumerable.Range(0, channels).Select(channel => (
            new TiffRecipe(Width, Height) { Bits = 16 }, Bytes([.. samples.Where((_, i) => i % channels == channel)])))]);

    private static byte[] Bytes(ushort[] samples) => MemoryMarshal.AsBytes(samples.AsSpan()).ToArray();
}
