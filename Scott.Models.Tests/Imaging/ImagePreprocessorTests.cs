using Scott.Models.Imaging;

namespace Scott.Models.Tests.Imaging;

[Collection(AloneTests.Name)]
public sealed class ImagePreprocessorTests
{
    private const int AllowedGarbageBytes = 16 * 1024;

    [Theory]
    [InlineData(500, 375)]
    [InlineData(375, 500)]
    [InlineData(256, 256)]
    [InlineData(100, 77)]
    [InlineData(1, 300)]
    [InlineData(301, 256)]
    public async Task PreprocessToBytes_AnySize_IsResizeThenCenterCrop(int width, int height)
    {
        RgbImage image = TestImages.Drawn(width, height);
        int resizedWidth = width <= height ? 256 : (int)(256.0 * width / height);
        int resizedHeight = width <= height ? (int)(256.0 * height / width) : 256;
        RgbImage expected = image.Resize(resizedWidth, resizedHeight, Interpolation.Bilinear).Crop(
            (int)Math.Round((resizedWidth - 224) / 2.0), (int)Math.Round((resizedHeight - 224) / 2.0), 224, 224);
        var preprocessor = new ImagePreprocessor(new PreprocessingSpec());
        byte[] found = new byte[preprocessor.TensorLength];
        await preprocessor.PreprocessToBytesAsync(ImageSource.FromImage(image), found);
        Assert.Equal(expected.Pixels.ToArray(), found);
    }

    [Fact]
    public async Task Preprocess_Values_AreTheBytesNormalized()
    {
        var preprocessor = new ImagePreprocessor(PreprocessingSpec.ForImage(56));
        var source = ImageSource.FromBytes(TestImages.Jpeg(TestImages.Drawn(90, 80)));
        byte[] bytes = new byte[preprocessor.TensorLength];
        float[] found = new float[preprocessor.TensorLength];
        await preprocessor.PreprocessToBytesAsync(source, bytes);
        await preprocessor.PreprocessAsync(source, found);
        float[] mean = [0.485f, 0.456f, 0.406f], deviation = [0.229f, 0.224f, 0.225f];
        for (int i = 0; i < found.Length; i++)
        {
            int channel = i / (56 * 56), pixel = i % (56 * 56);
            Assert.Equal(((bytes[(pixel * 3) + channel] / 255f) - mean[channel]) / deviation[channel], found[i]);
        }
    }

    [Fact]
    public async Task Preprocess_ShortDestination_IsAnArgumentError()
    {
        var preprocessor = new ImagePreprocessor(new PreprocessingSpec());
        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(
            () => preprocessor.PreprocessAsync(ImageSource.FromImage(TestImages.Drawn(4, 4)), new float[10]));
        Assert.Contains("An image takes 150528 elements; the destination has 10.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preprocess_CanceledOrDamaged_SaysSo()
    {
        var preprocessor = new ImagePreprocessor(new PreprocessingSpec());
        float[] destination = new float[preprocessor.TensorLength];
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => preprocessor.PreprocessAsync(ImageSource.FromBytes(new byte[1]), destination, new CancellationToken(canceled: true)));
        await Assert.ThrowsAsync<ImageFormatException>(() => preprocessor.PreprocessAsync(ImageSource.FromBytes(new byte[1]), destination));
        Assert.Throws<ScottConfigurationException>(() => new ImagePreprocessor(new PreprocessingSpec { ImagePixels = 0 }));
    }

    [Fact]
    public async Task Preprocess_AfterTheFirst_AllocatesLittle()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllBytesAsync(folder.File("a.jpg"), TestImages.Jpeg(TestImages.Drawn(500, 375)));
        await File.WriteAllBytesAsync(folder.File("b.jpg"), TestImages.File("progressive.jpg"));
        var preprocessor = new ImagePreprocessor(new PreprocessingSpec());
        float[] destination = new float[preprocessor.TensorLength];
        foreach (string name in new[] { "a.jpg", "b.jpg" })
        {
            var source = ImageSource.FromFile(folder.File(name));
            long least = long.MaxValue;
            for (int round = 0; round < 6; round++)
            {
                // In some rounds reading may resume on a thread for which the pool has no buffers yet; that is not per image.
                const int Images = 10;
                long before = GC.GetTotalAllocatedBytes(precise: true);
                for (int i = 0; i < Images; i++)
                    await preprocessor.PreprocessAsync(source, destination);

                least = Math.Min(least, (GC.GetTotalAllocatedBytes(precise: true) - before) / Images);
            }

            Assert.InRange(least, 0, AllowedGarbageBytes);
        }
    }

    [Fact]
    public async Task Preprocess_FastDecode_StaysCloseToAFullDecode()
    {
        var source = ImageSource.FromBytes(TestImages.Jpeg(TestImages.Drawn(1600, 1200)));
        var full = new ImagePreprocessor(PreprocessingSpec.ForImage(112));
        var fast = new ImagePreprocessor(PreprocessingSpec.ForImage(112), new ImageDecodingOptions { FastDecode = true });
        byte[] expected = new byte[full.TensorLength], found = new byte[full.TensorLength];
        await full.PreprocessToBytesAsync(source, expected);
        await fast.PreprocessToBytesAsync(source, found);
        int[] differences = [.. expected.Zip(found, (a, b) => Math.Abs(a - b))];
        Assert.InRange(differences.Average(), 0.001, 0.6);
        Assert.InRange(differences.Max(), 1, 4);
    }

    /// <summary>A reduced decode of a side that is no multiple of 8 ends in a partly covered pixel: taking it as whole moved edges.</summary>
    [Theory]
    [InlineData("edge", 1, 10)]
    [InlineData("squares of 16", 3, 16)]
    [InlineData("color stripes of 18", 3, 16)]
    [InlineData("squares of 5", 5, 16)]
    [InlineData("lines 7 apart", 10, 32)]
    [InlineData("lines 1 apart", 3, 8)]
    [InlineData("noise", 6, 32)]
    public async Task Preprocess_FastDecodeOfOddSizes_StaysWithinTheStatedBound(string drawing, double mean, int worst)
    {
        var full = new ImagePreprocessor(PreprocessingSpec.ForImage(112));
        var fast = new ImagePreprocessor(PreprocessingSpec.ForImage(112), new ImageDecodingOptions { FastDecode = true });
        byte[] expected = new byte[full.TensorLength], found = new byte[full.TensorLength];
        foreach ((int width, int height) in new[] { (1600, 1200), (1203, 901), (613, 517), (517, 613) })
        {
            byte[] jpeg = TestImages.Jpeg(FineDrawings.Draw(drawing, width, height), quality: 95);
            for (int orientation = 1; orientation <= 8; orientation++)
            {
                var source = ImageSource.FromBytes(OrientedFiles.WithExif(jpeg, OrientedFiles.Exif(orientation, isBigEndian: true)));
                await full.PreprocessToBytesAsync(source, expected);
                await fast.PreprocessToBytesAsync(source, found);
                int[] differences = [.. expected.Zip(found, (a, b) => Math.Abs(a - b))];
                Assert.True(
                    differences.Average() <= mean && differences.Max() <= worst,
                    $"{width}×{height}, orientation {orientation}: {differences.Average():F2} in the mean, {differences.Max()} at worst");
            }
        }
    }

    /// <summary>A stretch to a frame that is not square once decoded fewer pixels along one side than the frame has.</summary>
    [Theory]
    [InlineData(100, 400, 1)]
    [InlineData(400, 100, 6)]
    public async Task Preprocess_FastDecodeOfAStretch_KeepsTwiceBothSides(int width, int height, int orientation)
    {
        byte[] jpeg = TestImages.Jpeg(TestImages.Drawn(width, height));
        var source = ImageSource.FromBytes(OrientedFiles.WithExif(jpeg, OrientedFiles.Exif(orientation, isBigEndian: true)));
        var spec = new PreprocessingSpec { ImagePixels = 16, ImageWidthPixels = 64, ResizePixels = 16, Resize = ResizeMode.Stretch };
        var full = new ImagePreprocessor(spec);
        var fast = new ImagePreprocessor(spec, new ImageDecodingOptions { FastDecode = true });
        byte[] expected = new byte[full.TensorLength], found = new byte[full.TensorLength];
        await full.PreprocessToBytesAsync(source, expected);
        await fast.PreprocessToBytesAsync(source, found);

        // Upright, the image has 100 columns, fewer than twice 64: no smaller scale will do.
        Assert.Equal(expected, found);
    }

    [Fact]
    public void Decode_LeastSize_GivesTheSmallestScaleWithBothSides()
    {
        byte[] jpeg = TestImages.Jpeg(TestImages.Drawn(800, 400));
        byte[] turned = OrientedFiles.WithExif(jpeg, OrientedFiles.Exif(6, isBigEndian: false));
        var options = new ImageDecodingOptions();
        using DecodedImage wide = SkiaDecoder.Decode(jpeg, "wide", options, (200, 20));
        using DecodedImage high = SkiaDecoder.Decode(turned, "high", options, (20, 200));
        Assert.Equal((200, 100, 800, 400), (wide.Width, wide.Height, wide.FullWidth, wide.FullHeight));
        Assert.Equal((100, 200, 400, 800), (high.Width, high.Height, high.FullWidth, high.FullHeight));
    }

    /// <summary>All rows are resized along x first. More pixels than an array holds once ended a run with an untyped error.</summary>
    [Theory]
    [InlineData(16, 1024, false)]
    [InlineData(1, 8192, true)]
    public async Task Preprocess_StretchOfAVeryLongImage_IsRefused(int height, int width, bool isDeep)
    {
        const int Rows = 1_000_000;
        ImageSource source = isDeep
            ? ImageSource.FromPixels(new ushort[Rows], 1, Rows, name: "long")
            : ImageSource.FromImage(TestImages.Uniform(1, Rows, 9), "long");
        var preprocessor = new ImagePreprocessor(
            new PreprocessingSpec { ImagePixels = height, ImageWidthPixels = width, ResizePixels = height, Resize = ResizeMode.Stretch });
        ImageFormatException error = await Assert.ThrowsAsync<ImageFormatException>(
            () => preprocessor.PreprocessAsync(source, new float[preprocessor.TensorLength]));
        Assert.Equal(("long", ImageFault.TooManyPixels), (error.Name, error.Fault));
        Assert.Contains($"its 1×1000000 pixels, {width}×1000000 are needed in between", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preprocess_ManyThreads_GiveTheSame()
    {
        var file = ImageSource.FromBytes(TestImages.Jpeg(TestImages.Drawn(300, 200)));
        var preprocessor = new ImagePreprocessor(PreprocessingSpec.ForImage(64));
        float[] expected = new float[preprocessor.TensorLength];
        await preprocessor.PreprocessAsync(file, expected);
        await Parallel.ForAsync(0, 64, async (_, cancellationToken) =>
        {
            float[] found = new float[preprocessor.TensorLength];
            await preprocessor.PreprocessAsync(file, found, cancellationToken);
            Assert.Equal(expected, found);
        });
    }
}
