using System.Runtime.InteropServices;
using Scott.Models.Datasets;
using Scott.Models.Foundation;
using Scott.Models.Imaging;

namespace Scott.Models.Tests.Imaging;

/// <summary>Images of more than 8 bits keep their precision, the same in extraction and in training.</summary>
public sealed class SamplePreprocessingTests
{
    private static readonly PreprocessingSpec Plain = new()
    {
        ImagePixels = 32,
        ResizePixels = 32,
        Resize = ResizeMode.Stretch,
        Mean = default,
        StandardDeviation = new RgbTriple(1, 1, 1),
    };

    [Fact]
    public async Task Preprocess_GradientInItsOwnSize_GivesEverySampleExactly()
    {
        ushort[] gradient = [.. Enumerable.Range(0, 32 * 32).Select(i => (ushort)(i * 64))];
        foreach (ImageSource source in Sources(gradient, 32, 32, 1))
        {
            float[] found = await PreprocessAsync(Plain, source);
            for (int i = 0; i < found.Length; i++)
                Assert.Equal((float)(gradient[i % gradient.Length] / 65535.0), found[i]);
        }

        var normalized = PreprocessingSpec.ForImage(32) with { ResizePixels = 32 };
        float[] values = await PreprocessAsync(normalized, ImageSource.FromPixels(gradient, 32, 32));
        Assert.Equal(((float)(gradient[5] / 65535.0) - 0.485f) / 0.229f, values[5]);
        Assert.Equal(((float)(gradient[5] / 65535.0) - 0.406f) / 0.225f, values[(2 * 1024) + 5]);
    }

    [Theory]
    [InlineData(Interpolation.Bilinear, 67, 45)]
    [InlineData(Interpolation.Bicubic, 67, 45)]
    [InlineData(Interpolation.Bilinear, 20, 13)]
    [InlineData(Interpolation.Bicubic, 1, 1)]
    public async Task Preprocess_OtherSizes_AreWhatAPlainFilterGives(Interpolation interpolation, int width, int height)
    {
        ushort[] samples = Png16DecoderTests.Samples(width * height * 3);
        PreprocessingSpec spec = Plain with { Interpolation = interpolation, SampleRange = SampleRange.Fixed(3000, 60_000) };
        float[] found = await PreprocessAsync(spec, ImageSource.FromPixels(samples, width, height, 3));
        for (int channel = 0; channel < 3; channel++)
        {
            double[] plane = [.. samples.Where((_, i) => i % 3 == channel).Select(value => Math.Clamp((value - 3000) / 57_000.0, 0, 1))];
            double[] across = Resize(plane, width, height, 32, interpolation);
            double[] expected = Transpose(Resize(Transpose(across, 32, height), height, 32, 32, interpolation), 32, 32);
            for (int i = 0; i < expected.Length; i++)
                Assert.Equal(Math.Clamp(expected[i], 0, 1), found[(channel * 1024) + i], 2e-6);
        }
    }

    [Theory]
    [InlineData(ResizeMode.ShortSide, Interpolation.Bilinear)]
    [InlineData(ResizeMode.ShortSide, Interpolation.Bicubic)]
    [InlineData(ResizeMode.Stretch, Interpolation.Bilinear)]
    public async Task Preprocess_EightBitImageAsSixteenBits_DiffersByQuantizationOnly(ResizeMode resize, Interpolation interpolation)
    {
        RgbImage image = TestImages.Drawn(90, 70);
        ushort[] samples = [.. image.Pixels.ToArray().Select(value => (ushort)(value * 257))];
        PreprocessingSpec spec = Plain with { Resize = resize, ResizePixels = 40, Interpolation = interpolation };
        float[] bytes = await PreprocessAsync(spec, ImageSource.FromImage(image));
        float[] floats = await PreprocessAsync(spec, ImageSource.FromPixels(samples, 90, 70, 3));
        Assert.InRange(bytes.Zip(floats).Max(pair => Math.Abs(pair.First - pair.Second)), 1e-5, 1.2 / 255);

        // A window of the whole range takes bytes the same way.
        float[] windowed = await PreprocessAsync(spec with { SampleRange = SampleRange.Fixed(0, 255) }, ImageSource.FromImage(image));
        Assert.Equal(floats, windowed);
        byte[] rounded = new byte[3 * 32 * 32];
        await new ImagePreprocessor(spec).PreprocessToBytesAsync(
            ImageSource.FromPixels(samples, 90, 70, 3), rounded, TestContext.Current.CancellationToken);
        Assert.Equal((byte)((floats[1024] * 255) + 0.5f), rounded[1]);
    }

    [Fact]
    public async Task Preprocess_LowContrast_SurvivesOnlyWithItsBits()
    {
        // All samples share a high byte.
        ushort[] samples = [.. Enumerable.Range(0, 64 * 64).Select(i => (ushort)(0x5000 + (i % 64 < 32 ? 0 : 200)))];
        ImageSource source = ImageSource.FromBytes(Png16Files.Write(64, 64, 1, samples));
        RgbImage high = await ImageDecoder.DecodeAsync(source, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Single(high.Pixels.ToArray().Distinct());
        Assert.Equal(200f / 65535, Spread(await PreprocessAsync(Plain, source)), 1e-5f);
        Assert.Equal(1, Spread(await PreprocessAsync(Plain with { SampleRange = SampleRange.Percentile(1, 99) }, source)));
    }

    [Fact]
    public async Task Views_WholeImageWithoutChanges_AreWhatExtractionSees()
    {
        var still = new AugmentationSpec
        {
            MinimumScale = 1,
            MinimumAspect = 1,
            MaximumAspect = 1,
            FlipProbability = 0,
            ColorMode = ViewColorMode.None,
            Interpolation = Interpolation.Bilinear,
        };
        foreach (int channels in new[] { 1, 3 })
        {
            ushort[] samples = Png16DecoderTests.Samples(50 * 50 * channels);
            PreprocessingSpec spec = PreprocessingSpec.ForImage(32) with { ResizePixels = 32, SampleRange = SampleRange.Percentile(2, 98) };
            ImageSource source = ImageSource.FromPixels(samples, 50, 50, channels);
            float[] view = new float[3 * 32 * 32];
            using DecodedImage image = source.InMemory()!.Value;
            new TwoViewTransform(still, spec).ApplyOne(image, new DeterministicRandom(3, "x"), view);
            Assert.Equal(await PreprocessAsync(spec, source), view);
            new TwoViewTransform(still with { FlipProbability = 1 }, spec).ApplyOne(image, new DeterministicRandom(3, "x"), view);
            Assert.Equal((await PreprocessAsync(spec, source))[31], view[0]);
        }
    }

    [Fact]
    public void Views_SameImageOfBytesAndOfSamples_AreNearlyTheSame()
    {
        RgbImage drawn = TestImages.Drawn(90, 70);
        using PixelBuffer pixels = drawn.ToBuffer();
        var samples = new DecodedImage(SampleImage.FromSamples(
            drawn.Pixels.ToArray().Select(value => (ushort)(value * 257)).ToArray(), 90, 70, 3));
        var transform = new TwoViewTransform(
            new AugmentationSpec { ColorProbability = 1, JitterProbability = 1, GrayscaleProbability = 0.3, BlurProbability = 0.5 }, Plain);
        double worst = 0;
        for (int seed = 0; seed < 40; seed++)
        {
            (float[] bytes, float[] bytesOther) = Views(transform, pixels, seed);
            (float[] floats, float[] floatsOther) = Views(transform, samples, seed);
            worst = Math.Max(worst, bytes.Zip(floats).Average(pair => Math.Abs(pair.First - pair.Second)));
            worst = Math.Max(worst, bytesOther.Zip(floatsOther).Average(pair => Math.Abs(pair.First - pair.Second)));
            Assert.All(floats, value => Assert.InRange(value, 0, 1));
        }

        // HSV in bytes is coarse, and each of up to five steps cuts fractions off.
        Assert.InRange(worst, 0, 3.0 / 255);
    }

    [Fact]
    public async Task Cache_ImageOfSamples_IsKeptWithAllBits()
    {
        ushort[] samples = Png16DecoderTests.Samples(20 * 10);
        var dataset = ImageList.FromSources([ImageSource.FromBytes(Png16Files.Write(20, 10, 1, samples))]);
        var cache = new DecodedImageCache(dataset, new ImageDecodingOptions(), 1 << 20);
        for (int i = 0; i < 2; i++)
        {
            using DecodedImage image = await cache.ReadAsync(0, TestContext.Current.CancellationToken);
            Assert.Equal(samples, MemoryMarshal.Cast<byte, ushort>(image.Samples!.Bytes.Span).ToArray());
        }

        Assert.Equal((1, 400), (cache.DecodedCount, cache.UsedBytes));
    }

    [Fact]
    public async Task Inspect_PagesAndSamples_AreDifferentImagesUnlessTheyAreTheSame()
    {
        byte[] tiff = TiffFiles.Write([.. Enumerable.Range(1, 2).Select(seed => (new TiffRecipe(9, 9), TiffDecoderTests.Bytes(81, seed)))]);
        ImageSource file = ImageSource.FromBytes(tiff);
        ImageSource array = ImageSource.FromPixels(new ushort[] { 1, 2, 3, 4 }, 2, 2);
        DatasetReport report = await ImageList.FromSources([file, file.WithPage(1), array, ImageSource.FromPixels(new ushort[] { 1, 2, 3, 4 }, 2, 2)])
            .InspectAsync(cancellationToken: TestContext.Current.CancellationToken);
        Assert.Empty(report.Unreadable);
        Assert.Single(report.Duplicates);
        Assert.NotEqual(ImageContent.Of(file), ImageContent.Of(file.WithPage(1)));
        Assert.Equal(ImageContent.Of(array), ImageContent.Of(ImageSource.FromPixels(new ushort[] { 1, 2, 3, 4 }, 2, 2)));
    }

    private static IEnumerable<ImageSource> Sources(ushort[] samples, int width, int height, int channels)
    {
        yield return ImageSource.FromPixels(samples, width, height, channels);
        yield return ImageSource.FromBytes(Png16Files.Write(width, height, channels, samples));
        var recipe = new TiffRecipe(width, height) { Bits = 16, Channels = channels, Compression = "LZW" };
        yield return ImageSource.FromBytes(TiffFiles.Write(recipe, MemoryMarshal.AsBytes<ushort>(samples).ToArray()));
    }

    private static async Task<float[]> PreprocessAsync(PreprocessingSpec spec, ImageSource source)
    {
        var preprocessor = new ImagePreprocessor(spec);
        float[] values = new float[preprocessor.TensorLength];
        await preprocessor.PreprocessAsync(source, values, TestContext.Current.CancellationToken);
        return values;
    }

    private static (float[] Target, float[] Context) Views(TwoViewTransform transform, DecodedImage image, int seed)
    {
        (float[] target, float[] context) = (new float[transform.TensorLength], new float[transform.TensorLength]);
        transform.Apply(image, new DeterministicRandom((ulong)seed, "views"), target, context);
        return (target, context);
    }

    private static float Spread(float[] values) => values.Max() - values.Min();

    /// <summary>Resizes rows by the definition of an antialiased filter, in double precision.</summary>
    private static double[] Resize(double[] plane, int width, int height, int newWidth, Interpolation interpolation)
    {
        double scale = (double)width / newWidth, stretch = Math.Max(scale, 1);
        double[] result = new double[newWidth * height];
        for (int x = 0; x < newWidth; x++)
        {
            double center = (x + 0.5) * scale;
            double[] weights = [.. Enumerable.Range(0, width).Select(source => Kernel(Math.Abs(source + 0.5 - center) / stretch, interpolation))];
            for (int y = 0; y < height; y++)
                result[(y * newWidth) + x] = weights.Select((weight, source) => weight * plane[(y * width) + source]).Sum() / weights.Sum();
        }

        return result;
    }

    private static double Kernel(double x, Interpolation interpolation) => interpolation == Interpolation.Bilinear
        ? Math.Max(0, 1 - x)
        : x < 1 ? (1.5 * x * x * x) - (2.5 * x * x) + 1 : x < 2 ? (-0.5 * x * x * x) + (2.5 * x * x) - (4 * x) + 2 : 0;

    private static double[] Transpose(double[] plane, int width, int height) =>
        [.. from x in Enumerable.Range(0, width) from y in Enumerable.Range(0, height) select plane[(y * width) + x]];
}
