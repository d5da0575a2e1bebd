using Scott.Models.Foundation;
using Scott.Models.Imaging;

namespace Scott.Models.Tests.Imaging;

public sealed class TwoViewTransformTests
{
    private static readonly PreprocessingSpec Preprocessing = PreprocessingSpec.ForImage(32);

    [Fact]
    public void Spec_Defaults_AreTheReferences()
    {
        var spec = new AugmentationSpec();
        Assert.Equal((0.2, 1.0, 0.75, 4.0 / 3), (spec.MinimumScale, spec.MaximumScale, spec.MinimumAspect, spec.MaximumAspect));
        Assert.Equal((Interpolation.Bicubic, ViewColorMode.Different), (spec.Interpolation, spec.ColorMode));
        Assert.Equal(
            (0.5, 0.6, 0.8, 0.1, 0.3),
            (spec.FlipProbability, spec.ColorProbability, spec.JitterProbability, spec.GrayscaleProbability, spec.BlurProbability));
        Assert.Equal((0.0, 0.0), (spec.VerticalFlipProbability, spec.QuarterTurnProbability));
        Assert.Equal((0.4, 0.4, 0.2, 0.1), (spec.Brightness, spec.Contrast, spec.Saturation, spec.Hue));
        Assert.Equal((9, 0.1, 2.0), (spec.BlurKernelPixels, spec.MinimumBlurSigma, spec.MaximumBlurSigma));
        spec.Validate();
    }

    [Fact]
    public void Validate_IllegalSettings_ListsEveryFault()
    {
        var spec = new AugmentationSpec
        {
            MinimumScale = 0,
            MaximumAspect = 0.5,
            FlipProbability = 2,
            VerticalFlipProbability = -0.1,
            QuarterTurnProbability = 1.5,
            Hue = 0.6,
            BlurKernelPixels = 4,
            ColorMode = (ViewColorMode)5,
        };
        ScottConfigurationException error = Assert.Throws<ScottConfigurationException>(spec.Validate);
        Assert.Equal(
            [
                "MinimumScale is 0 and MaximumScale is 1; expected 0 < minimum ≤ maximum ≤ 1.",
                "MinimumAspect is 0.75 and MaximumAspect is 0.5; expected 0 < minimum ≤ maximum.",
                "FlipProbability is 2; expected 0 to 1.",
                "VerticalFlipProbability is -0.1; expected 0 to 1.",
                "QuarterTurnProbability is 1.5; expected 0 to 1.",
                "Hue is 0.6; expected 0 to 0.5.",
                "BlurKernelPixels is 4; expected an odd number, 1 to 255.",
                "ColorMode is 5; expected None, Different or Same.",
            ],
            error.Faults);
    }

    [Theory]
    [InlineData(500, 375)]
    [InlineData(40, 300)]
    [InlineData(1, 1)]
    [InlineData(1, 300)]
    [InlineData(300, 2)]
    public void Draw_AnyImage_StaysInsideItAndInItsRanges(int width, int height)
    {
        var spec = new AugmentationSpec();
        var random = new DeterministicRandom(1, "crops");
        List<double> shares = [];
        for (int i = 0; i < 2000; i++)
        {
            CropBox box = CropBox.Draw(width, height, spec, random);
            Assert.True(box.Width >= 1 && box.Height >= 1 && box.Left >= 0 && box.Top >= 0);
            Assert.True(box.Left + box.Width <= width && box.Top + box.Height <= height);
            shares.Add((double)box.Width * box.Height / ((double)width * height));
        }

        if (width == 500)
        {
            Assert.InRange(shares.Min(), 0.19, 0.25);
            Assert.InRange(shares.Max(), 0.85, 1);

            // Uniform between 0.2 and 1 would give 0.6; large boxes of a shape that does not fit are drawn again.
            Assert.InRange(shares.Average(), 0.45, 0.6);
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 300)]
    [InlineData(33, 7)]
    public void Apply_TinyImages_GivesFiniteViews(int width, int height)
    {
        using PixelBuffer image = TestImages.Drawn(width, height).ToBuffer();
        var always = new AugmentationSpec { ColorProbability = 1, JitterProbability = 1, GrayscaleProbability = 0.5, BlurProbability = 1 };
        var transform = new TwoViewTransform(always, Preprocessing);
        (float[] target, float[] context) = Views(transform, image, 3);
        Assert.All(target.Concat(context), value => Assert.InRange(value, -2.2f, 2.7f));
    }

    [Fact]
    public void Apply_SameRandomSource_GivesTheSameViewsOnEveryThread()
    {
        using PixelBuffer image = TestImages.Drawn(120, 90).ToBuffer();
        byte[] before = image.Bytes.ToArray();
        var transform = new TwoViewTransform(new AugmentationSpec(), Preprocessing);
        (float[] Target, float[] Context)[] expected = [.. Enumerable.Range(0, 16).Select(seed => Views(transform, image, seed))];
        Parallel.For(0, 64, i =>
        {
            (float[] target, float[] context) = Views(transform, image, i % 16);
            Assert.Equal(expected[i % 16].Target, target);
            Assert.Equal(expected[i % 16].Context, context);
        });
        Assert.Equal(before, image.Bytes.ToArray());
        Assert.NotEqual(expected[0].Target, expected[1].Target);
    }

    [Theory]
    [InlineData(ViewColorMode.None, false)]
    [InlineData(ViewColorMode.Same, false)]
    [InlineData(ViewColorMode.Different, true)]
    public void Apply_ColorMode_DecidesWhetherViewsDiffer(ViewColorMode mode, bool differ)
    {
        using PixelBuffer image = TestImages.Drawn(60, 50).ToBuffer();
        var spec = new AugmentationSpec { ColorMode = mode, ColorProbability = 1, JitterProbability = 1 };
        var plain = new TwoViewTransform(spec with { ColorMode = ViewColorMode.None }, Preprocessing);
        var transform = new TwoViewTransform(spec, Preprocessing);
        for (int seed = 0; seed < 10; seed++)
        {
            (float[] target, float[] context) = Views(transform, image, seed);
            Assert.Equal(differ, !target.AsSpan().SequenceEqual(context));

            // The crop and the flip are drawn before any color, so that they are the plain mode's.
            Assert.Equal(mode == ViewColorMode.None, target.AsSpan().SequenceEqual(Views(plain, image, seed).Target));
        }
    }

    [Fact]
    public void Apply_ProbabilitiesOfZeroAndOne_AreKept()
    {
        using PixelBuffer image = TestImages.Drawn(32, 32).ToBuffer();
        var still = new AugmentationSpec
        {
            MinimumScale = 1,
            MinimumAspect = 1,
            MaximumAspect = 1,
            FlipProbability = 0,
            ColorProbability = 0,
        };
        float[] expected = new float[3 * 32 * 32];
        new PixelNormalization(Preprocessing).Write(image, expected);
        (float[] target, float[] context) = Views(new TwoViewTransform(still, Preprocessing), image, 5);
        Assert.Equal(expected, target);
        Assert.Equal(expected, context);

        float[] flipped = Views(new TwoViewTransform(still with { FlipProbability = 1 }, Preprocessing), image, 5).Target;
        Assert.Equal(expected.Chunk(32).SelectMany(row => row.Reverse()), flipped);

        var gray = still with { ColorProbability = 1, JitterProbability = 0, GrayscaleProbability = 1, BlurProbability = 0 };
        float[] one = new float[expected.Length];
        new TwoViewTransform(gray, Preprocessing).ApplyOne(image, new DeterministicRandom(5, "a"), one);
        (RgbTriple mean, RgbTriple deviation) = (Preprocessing.Mean, Preprocessing.StandardDeviation);
        for (int i = 0; i < 32 * 32; i++)
            Assert.Equal((one[i] * deviation.Red) + mean.Red, (one[i + 1024] * deviation.Green) + mean.Green, 1e-5f);
    }

    /// <summary>HSV has 8 bits a channel: a turn by nothing would round.</summary>
    [Fact]
    public void Apply_JitterOfNothing_LeavesTheView()
    {
        using PixelBuffer image = TestImages.Drawn(60, 50).ToBuffer();
        var spec = new AugmentationSpec
        {
            ColorMode = ViewColorMode.Same,
            ColorProbability = 1,
            JitterProbability = 1,
            Brightness = 0,
            Contrast = 0,
            Saturation = 0,
            Hue = 0,
            GrayscaleProbability = 0,
            BlurProbability = 0,
        };
        var plain = new TwoViewTransform(spec with { ColorMode = ViewColorMode.None }, Preprocessing);
        Assert.Equal(Views(plain, image, 3).Target, Views(new TwoViewTransform(spec, Preprocessing), image, 3).Target);
    }

    [Fact]
    public void Operations_NeutralFactors_LeaveTheImage()
    {
        using PixelBuffer image = TestImages.Drawn(64, 48).ToBuffer();
        byte[] before = Rgb(image);
        ColorAdjustment.Brightness(image, 1);
        ColorAdjustment.Contrast(image, 1);
        ColorAdjustment.Saturation(image, 1);
        GaussianBlur.Apply(image, 9, 0.01);
        for (int flip = 0; flip < 2; flip++)
            PixelOrientation.Apply(image, new ImageOrientation(false, true, false));

        Assert.Equal(before, Rgb(image));

        // HSV has 8 bits a channel, so that going there and back rounds.
        HueShift.Apply(image, 0);
        Assert.InRange(before.Zip(Rgb(image), (a, b) => Math.Abs(a - b)).Max(), 0, 6);
    }

    private static byte[] Rgb(PixelBuffer image)
    {
        byte[] bytes = new byte[image.Width * image.Height * 3];
        PixelConversion.RgbxToRgb24(image.Bytes, bytes);
        return bytes;
    }

    private static (float[] Target, float[] Context) Views(TwoViewTransform transform, PixelBuffer image, int seed)
    {
        float[] target = new float[transform.TensorLength];
        float[] context = new float[transform.TensorLength];
        transform.Apply(image, new DeterministicRandom((ulong)seed, "views"), target, context);
        return (target, context);
    }
}
