using Scott.Models.Foundation;
using Scott.Models.Inference;

namespace Scott.Models.Tests.Inference.Anomalies;

/// <summary>Threshold, patch vectors, bank and pixel map, each alone.</summary>
public sealed class AnomalyPartsTests
{
    [Theory]
    [InlineData(99, 0.01, 99, 0.01)]
    [InlineData(199, 0.01, 198, 0.01)]
    [InlineData(30, 0.01, 30, 1.0 / 31)] // too few: the highest score, and the rate that it stands for
    [InlineData(2, 0.01, 2, 1.0 / 3)]
    [InlineData(9, 0.5, 5, 0.5)]
    [InlineData(3, 0.999, 1, 0.75)]
    public void Choose_ScoresOneToN_TakesTheRankThatKeepsTheRate(int count, double rate, float threshold, double stated)
    {
        float[] scores = [.. Enumerable.Range(1, count).Select(score => (float)score).Reverse()];
        AnomalyThreshold chosen = AnomalyThreshold.Choose(scores, rate);
        Assert.Equal(threshold, chosen.Score);
        Assert.Equal(stated, chosen.FalseAlarmRate, 12);
    }

    [Theory]
    [InlineData(0.01, 99)]
    [InlineData(0.05, 19)]
    [InlineData(0.001, 999)]
    [InlineData(0.5, 1)]
    [InlineData(0.03, 33)]
    public void RequiredImages_OfARate_AreTheFewestThatStateIt(double rate, int expected)
    {
        Assert.Equal(expected, AnomalyThreshold.RequiredImages(rate));
        Assert.InRange(AnomalyThreshold.Choose(new float[expected], rate).FalseAlarmRate, 0, rate + 1e-12);
    }

    [Fact]
    public void Choose_NewScoresOfTheSameKind_ExceedTheThresholdAsOftenAsStated()
    {
        var random = new DeterministicRandom(8, "scores");
        float Draw() => (float)random.NextNormal();
        (int alarms, int trials) = (0, 20_000);
        for (int i = 0; i < trials; i++)
        {
            AnomalyThreshold threshold = AnomalyThreshold.Choose([.. Enumerable.Range(0, 19).Select(_ => Draw())], 0.1);
            alarms += Draw() > threshold.Score ? 1 : 0;
            Assert.Equal(0.1, threshold.FalseAlarmRate, 12);
        }

        Assert.InRange((double)alarms / trials, 0.092, 0.108); // four standard deviations
    }

    [Fact]
    public void Patches_OfTwoBlocks_AreMeansOfNeighborsJoined()
    {
        var patches = new PatchFeatures([0, 2], 3, PatchScaling.None, tokenWidth: 1);
        float[] features = patches.Of(Image([1, 2, 3, 4, 5, 6, 7, 8, 9], [0, 0, 0, 0, 9, 0, 0, 0, 0]));
        Assert.Equal(2, patches.Width);
        Assert.Equal([3, 3.5f, 4, 4.5f, 5, 5.5f, 6, 6.5f, 7], features.Where((_, i) => i % 2 == 0)); // at the border over the patches that exist
        Assert.Equal([2.25f, 1.5f, 2.25f, 1.5f, 1, 1.5f, 2.25f, 1.5f, 2.25f], features.Where((_, i) => i % 2 == 1));
        float[] alone = new PatchFeatures([2], 1, PatchScaling.None, 1).Of(Image([], [0, 0, 0, 0, 9, 0, 0, 0, 0]));
        Assert.Equal([0, 0, 0, 0, 9, 0, 0, 0, 0], alone);
    }

    [Fact]
    public void Patches_WithUnitLength_HaveLengthOneOrAreZero()
    {
        var patches = new PatchFeatures([0], 1, PatchScaling.UnitLength, tokenWidth: 1);
        Assert.Equal([1, -1, 0, 1, 1, 1, 1, 1, 1], patches.Of(Image([3, -2, 0, 1, 1, 1, 1, 1, 1], [])));
        Assert.Null(patches.Standardize([[1, 2, 3]]));
    }

    [Fact]
    public void Standardize_AnyVectors_GivesMeanZeroAndDeviationOneAndLeavesConstantsFinite()
    {
        var patches = new PatchFeatures([0], 1, PatchScaling.Standardized, tokenWidth: 2);
        float[][] images = [[1, 5, 2, 5], [3, 5, 6, 5]];
        PatchStandardization standardization = patches.Standardize(images)!;
        Array.ForEach(images, standardization.Apply);
        float[] first = [images[0][0], images[0][2], images[1][0], images[1][2]];
        Assert.Equal(0, first.Average(), 5);
        Assert.Equal(1, first.Average(value => value * value), 5);
        Assert.All(new[] { images[0][1], images[1][3] }, value => Assert.Equal(0, value));
        Assert.Equal([1, 1], patches.Standardize([[4, 4]])!.Divisor);
    }

    [Fact]
    public void Score_OfABank_IsTheMeanDistanceToTheNearestRows()
    {
        float[] rows = [0, 0, 3, 4, 0, 1, 10, 0];
        Assert.Equal([0, 5], new PatchBank(rows, 2, 1).Score([0, 1, 15, 0]));
        Assert.Equal([(0 + 1 + 4.2426405f) / 3], new PatchBank(rows, 2, 3).Score([0, 1]), (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal(4, new PatchBank(rows, 2, 100).Count);
        Assert.Equal([(0 + 5 + 1 + 10) / 4f], new PatchBank(rows, 2, 100).Score([0, 0]));
    }

    [Fact]
    public void Enlarge_OfAGrid_KeepsCentersAndRange()
    {
        float[] map = PixelMap.Enlarge([0, 1, 2, 3], 2, 2, 8);
        Assert.Equal([0, 0, 0.125f, 0.375f, 0.625f, 0.875f, 1, 1], map.Take(8));
        Assert.Equal(map.Max(), map[63]);
        Assert.Equal(3, map[63]);
        Assert.All(PixelMap.Enlarge([7], 1, 1, 5), value => Assert.Equal(7, value));
    }

    /// <summary>Features that overflow score infinity. They are drawn as the worst, and the others as they are.</summary>
    [Fact]
    public void Enlarge_InfiniteScore_StaysTheLargestNumber()
    {
        float[] map = PixelMap.Smooth(PixelMap.Enlarge([0, float.PositiveInfinity, 0, 0, 0, 0, 0, 0, 0], 3, 3, 96), 96);
        Assert.All(map, value => Assert.True(float.IsFinite(value)));
        Assert.True(map[(16 * 96) + 48] > 1e29f);
        Assert.Equal(0, map[(80 * 96) + 80]);
    }

    [Fact]
    public void Smooth_OfAMap_KeepsItsSumAndSpreadsByFourPixels()
    {
        const int Side = 64;
        float[] map = new float[Side * Side];
        map[(32 * Side) + 32] = 1;
        float[] smooth = PixelMap.Smooth(map, Side);
        Assert.Equal(1, smooth.Sum(), 4);
        double variance = Enumerable.Range(0, Side * Side).Sum(i => smooth[i] * Math.Pow((i % Side) - 32, 2));
        Assert.InRange(Math.Sqrt(variance), 3.95, 4.01);
        Assert.Equal(smooth[(32 * Side) + 37], smooth[(37 * Side) + 32], 7);

        // A constant stays constant at the border, also if the map is smaller than the blur.
        Assert.All(PixelMap.Smooth([.. Enumerable.Repeat(2f, 9)], 3), value => Assert.Equal(2, value, 5));
    }

    [Fact]
    public void AreLegal_NotFiniteOrHuge_IsFalse()
    {
        Assert.True(PatchFeatures.AreLegal([1, -1e15f]));
        Assert.True(PatchFeatures.AreLegal([]));
        foreach (float wrong in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity, 2e15f, -2e15f })
            Assert.False(PatchFeatures.AreLegal([1, wrong, 2]));
    }

    private static ImageEmbedding Image(float[] first, float[] third)
    {
        PatchTokens Tokens(float[] values) => new(new PatchGrid(3, 3), 1, values);
        return new ImageEmbedding(0, "image", [0f]) { Blocks = new Dictionary<int, PatchTokens> { [0] = Tokens(first), [2] = Tokens(third) } };
    }
}
