using Scott.Models.Foundation;
using Scott.Models.Imaging;

namespace Scott.Models.Tests.Imaging;

/// <summary>Vertical flips and quarter turns move the pixels of a view, and change nothing else.</summary>
public sealed class ViewTurnTests
{
    private const int Side = 32;
    private const int Long = 48;

    /// <summary>Views of the whole of a square image.</summary>
    private static readonly AugmentationSpec Still = new()
    {
        MinimumScale = 1,
        MinimumAspect = 1,
        MaximumAspect = 1,
        FlipProbability = 0,
        ColorProbability = 0,
    };

    private static readonly AugmentationSpec Turning = Still with { QuarterTurnProbability = 1 };

    /// <summary>The channels of an image of 16 bits; 0 for pixels of 8 bits.</summary>
    public static TheoryData<int> Channels => [0, 1, 3, 5];

    [Theory]
    [MemberData(nameof(Channels))]
    public void Apply_QuarterTurnAlways_GivesEachOfThreeTurnsPixelByPixel(int channels)
    {
        using DecodedImage image = Draw(channels);
        PreprocessingSpec square = Preprocessing(channels);
        float[][] turns = Turns(View(Still, square, image), Side, Side);
        AssertEachOf(turns[1..], seed => View(Turning, square, image, seed));
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public void Apply_ViewThatIsNotSquare_IsResizedForItsTurn(int channels)
    {
        using DecodedImage image = Draw(channels);
        PreprocessingSpec wide = Preprocessing(channels).ForSize(Side, Long), high = wide.ForSize(Long, Side);
        float[][] ofHigh = Turns(View(Still, high, image), Side, Long), ofWide = Turns(View(Still, wide, image), Long, Side);
        AssertEachOf([ofHigh[1], ofWide[2], ofHigh[3]], seed => View(Turning, wide, image, seed));
    }

    [Theory]
    [MemberData(nameof(Channels))]
    public void Apply_VerticalFlipAlways_TurnsEveryViewUpsideDown(int channels)
    {
        using DecodedImage image = Draw(channels);
        PreprocessingSpec square = Preprocessing(channels);
        AugmentationSpec flipping = Still with { VerticalFlipProbability = 1 };
        float[] upright = View(Still, square, image);
        float[] expected = [.. upright.Chunk(Side * Side).SelectMany(plane => plane.Chunk(Side).Reverse()).SelectMany(row => row)];
        for (int seed = 0; seed < 5; seed++)
        {
            Assert.Equal(expected, View(flipping, square, image, seed));

            // Both flips are half a turn.
            Assert.Equal(Turns(upright, Side, Side)[2], View(flipping with { FlipProbability = 1 }, square, image, seed));
        }
    }

    /// <summary>Blur is left out: it adds along rows first, and so rounds otherwise in a turned view.</summary>
    [Fact]
    public void Apply_WithTurns_DrawsCropFlipAndColorsAsWithout()
    {
        using DecodedImage image = Draw(0, 90, 70);
        var plain = new AugmentationSpec { ColorMode = ViewColorMode.Same, ColorProbability = 1, BlurProbability = 0 };
        PreprocessingSpec square = Preprocessing(0);
        for (int seed = 0; seed < 20; seed++)
        {
            float[][] turns = Turns(View(plain, square, image, seed), Side, Side);
            float[] found = View(plain with { QuarterTurnProbability = 0.75 }, square, image, seed);
            Assert.Contains(turns, turn => turn.AsSpan().SequenceEqual(found));
        }
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(1.0)]
    public void Apply_AnyProbability_LeavesTheNextNumbersOfTheStream(double probability)
    {
        using DecodedImage image = Draw(0);
        var spec = new AugmentationSpec { VerticalFlipProbability = probability, QuarterTurnProbability = probability };
        Assert.Equal(NextAfterView(new AugmentationSpec(), image), NextAfterView(spec, image));
    }

    [Theory]
    [InlineData(37, 21)]
    [InlineData(1, 50)]
    public void TurnClockwise_FourTimes_GivesTheImageBack(int width, int height)
    {
        float[] planes = [.. Enumerable.Range(0, 5 * width * height).Select(i => (float)i)];
        float[][] expected = Turns(planes, width, height);
        ImageOrientation clockwise = default(ImageOrientation).TurnClockwise(), orientation = default;
        float[] turned = [.. planes];
        for (int turn = 1; turn <= 4; turn++)
        {
            (int across, int down) = turn % 2 == 1 ? (width, height) : (height, width);
            PixelOrientation.Apply(turned, across, down, clockwise);
            Assert.Equal(expected[turn % 4], turned);
            orientation = orientation.TurnClockwise();
            float[] atOnce = [.. planes];
            PixelOrientation.Apply(atOnce, width, height, orientation);
            Assert.Equal(turned, atOnce);
        }
    }

    /// <summary>Every view is one of these, and each of these comes often.</summary>
    private static void AssertEachOf(float[][] expected, Func<int, float[]> view)
    {
        int[] counts = new int[expected.Length];
        for (int seed = 0; seed < 30; seed++)
        {
            float[] found = view(seed);
            int turn = Array.FindIndex(expected, each => each.AsSpan().SequenceEqual(found));
            Assert.True(turn >= 0, $"The view of seed {seed} is none of the {expected.Length} turns.");
            counts[turn]++;
        }

        Assert.All(counts, count => Assert.InRange(count, 3, 20));
    }

    /// <summary>Planes as they are, and after one, two and three quarter turns clockwise.</summary>
    private static float[][] Turns(float[] planes, int width, int height)
    {
        float[] once = Turn(planes, width, height), twice = Turn(once, height, width);
        return [planes, once, twice, Turn(twice, width, height)];
    }

    /// <summary>The rows of the turned planes are the columns, read from the bottom.</summary>
    private static float[] Turn(float[] planes, int width, int height) => [.. planes.Chunk(width * height).SelectMany(
        plane => Enumerable.Range(0, width * height).Select(i => plane[((height - 1 - (i % height)) * width) + (i / height)]))];

    private static DecodedImage Draw(int channels, int width = 50, int height = 50) => channels == 0
        ? TestImages.Drawn(width, height).ToBuffer()
        : new DecodedImage(SampleImage.FromSamples(Png16DecoderTests.Samples(width * height * channels), width, height, channels));

    private static PreprocessingSpec Preprocessing(int channels) => PreprocessingSpec.ForImage(Side) with
    {
        Channels = channels == 5 ? ChannelNormalization.Default(channels) : null,
    };

    /// <summary>Both views, which are the same.</summary>
    private static float[] View(AugmentationSpec spec, PreprocessingSpec preprocessing, DecodedImage image, int seed = 0)
    {
        var transform = new TwoViewTransform(spec, preprocessing);
        (float[] target, float[] context) = (new float[transform.TensorLength], new float[transform.TensorLength]);
        transform.Apply(image, new DeterministicRandom((ulong)seed, "views"), target, context);
        Assert.Equal(target, context);
        return target;
    }

    private static ulong NextAfterView(AugmentationSpec spec, DecodedImage image)
    {
        var transform = new TwoViewTransform(spec, Preprocessing(0));
        var random = new DeterministicRandom(3, "views");
        transform.Apply(image, random, new float[transform.TensorLength], new float[transform.TensorLength]);
        return random.NextUInt64();
    }
}
