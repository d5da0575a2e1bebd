using Scott.Models.Imaging;

namespace Scott.Models.Tests.Imaging;

/// <summary>Images of any shape within a frame, see <see cref="ResizeMode.Letterbox"/>.</summary>
public sealed class LetterboxTests
{
    public static TheoryData<int, int, int, int, int, int> Sizes => new()
    {
        // The image, the frame, and the size of the image in it.
        { 60, 30, 16, 16, 16, 8 }, { 30, 60, 16, 16, 8, 16 }, { 20, 20, 16, 16, 16, 16 }, { 5, 3, 16, 16, 16, 10 },
        { 60, 30, 24, 16, 16, 8 }, { 60, 30, 16, 24, 24, 12 }, { 1000, 1, 16, 16, 16, 1 }, { 1, 1000, 16, 16, 1, 16 }, { 1, 1, 8, 16, 8, 8 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task Preprocess_AnyShape_ShowsTheWholeImageInTheMiddle(
        int width, int height, int frameHeight, int frameWidth, int shownWidth, int shownHeight)
    {
        PreprocessingSpec spec = PreprocessingSpec.ForImage(16).ForSize(frameHeight, frameWidth).ForResize(ResizeMode.Letterbox);
        Assert.Equal((ResizeMode.Letterbox, Math.Min(frameHeight, frameWidth)), (spec.Resize, spec.ResizePixels));
        RgbImage image = TestImages.Drawn(width, height);
        RgbImage found = await new ImagePreprocessor(spec).PreprocessToImageAsync(ImageSource.FromImage(image));
        Assert.Equal((frameWidth, frameHeight), (found.Width, found.Height));
        int left = (frameWidth - shownWidth) / 2, top = (frameHeight - shownHeight) / 2;
        RgbImage expected = image.Resize(shownWidth, shownHeight, Interpolation.Bilinear);
        Assert.Equal(expected.Pixels.ToArray(), found.Crop(left, top, shownWidth, shownHeight).Pixels.ToArray());
        byte[][] border = [.. found.Pixels.ToArray().Chunk(3).Where((_, i) =>
            i % frameWidth < left || i % frameWidth >= left + shownWidth || i / frameWidth < top || i / frameWidth >= top + shownHeight)];
        Assert.Equal((frameWidth * frameHeight) - (shownWidth * shownHeight), border.Length);
        Assert.All(border, pixel => Assert.Equal([124, 116, 104], pixel)); // ImageNet's mean, times 255
    }

    /// <summary>Images of more bits, and bytes and floats, have the same border.</summary>
    [Fact]
    public async Task Preprocess_SixteenBits_IsTheSameAsEight()
    {
        RgbImage image = TestImages.Drawn(60, 30);
        ushort[] samples = [.. image.Pixels.ToArray().Select(value => (ushort)(value * 257))];
        var preprocessor = new ImagePreprocessor(PreprocessingSpec.ForImage(16).ForResize(ResizeMode.Letterbox));
        byte[] bytes = new byte[preprocessor.TensorLength], deepBytes = new byte[preprocessor.TensorLength];
        float[] floats = new float[preprocessor.TensorLength], deep = new float[preprocessor.TensorLength];
        await preprocessor.PreprocessToBytesAsync(ImageSource.FromImage(image), bytes);
        await preprocessor.PreprocessAsync(ImageSource.FromImage(image), floats);
        await preprocessor.PreprocessToBytesAsync(ImageSource.FromPixels(samples, 60, 30, 3), deepBytes);
        await preprocessor.PreprocessAsync(ImageSource.FromPixels(samples, 60, 30, 3), deep);
        Assert.Equal(bytes, deepBytes, (a, b) => Math.Abs(a - b) <= 1);
        Assert.Equal(floats, deep, (a, b) => MathF.Abs(a - b) < 1.01f / 255 / 0.224f);
        Assert.Equal(floats[..16], deep[..16]); // the border
        Assert.Equal(((124 / 255f) - 0.485f) / 0.229f, floats[0]);
        Assert.Equal([124, 116, 104], bytes[..3]);
    }

    /// <summary>With a frame larger than the crop, the border of the frame is cut off.</summary>
    [Fact]
    public async Task Preprocess_LargerFrame_IsCropped()
    {
        PreprocessingSpec spec = PreprocessingSpec.ForImage(16) with { Resize = ResizeMode.Letterbox, ResizePixels = 32 };
        RgbImage image = TestImages.Drawn(64, 32);
        RgbImage found = await new ImagePreprocessor(spec).PreprocessToImageAsync(ImageSource.FromImage(image));
        Assert.Equal(image.Resize(32, 16, Interpolation.Bilinear).Crop(8, 0, 16, 16).Pixels.ToArray(), found.Pixels.ToArray());
    }

    [Fact]
    public async Task WithResize_EachMode_TravelsWithTheModel()
    {
        using var folder = new TemporaryFolder();
        ScottModel model = ScottModel.Create(Architectures.TinyWide, seed: 3);
        foreach (ResizeMode mode in Enum.GetValues<ResizeMode>())
        {
            ScottModel other = model.WithResize(mode);
            string file = folder.File("model.safetensors");
            await other.SaveAsync(file, TestContext.Current.CancellationToken);
            ScottModel read = await ScottModel.FromFileAsync(file, cancellationToken: TestContext.Current.CancellationToken);
            Assert.Equal(other.Preprocessing, read.Preprocessing);
            Assert.Equal(mode, read.Preprocessing.Resize);
        }

        model = ScottModel.Create(Architectures.Tiny, seed: 3);
        Assert.Equal(model.Preprocessing, model.WithResize(ResizeMode.Letterbox).WithResize(ResizeMode.ShortSide).Preprocessing);
        Assert.Throws<ScottConfigurationException>(() => model.WithResize((ResizeMode)9));
    }
}
