using Scott.Models.Imaging;
using Scott.Models.Inference;

namespace Scott.Models.Tests.Inference;

public sealed class PatchPcaTests
{
    [Fact]
    public void ToImage_TokensAlongOneDirection_RunsFromBlackToFull()
    {
        // Red follows the strongest direction, (3, 4)/5 in the first two numbers; blue and green see nothing.
        float[] values = [.. Enumerable.Range(0, 16).SelectMany(i => new[] { 3f * i, 4f * i, 1f, 2f, 3f })];
        var tokens = new PatchTokens(new PatchGrid(4, 4), 5, values);
        RgbImage image = PatchPca.Fit(tokens).ToImage(tokens, 4);
        byte[] red = [.. image.Pixels.ToArray().Where((_, i) => i % 3 == 0)];
        Assert.Equal(Enumerable.Range(0, 16).Select(i => (byte)Math.Round(255.0 * i / 15)), red);
        Assert.All(image.Pixels.ToArray().Where((_, i) => i % 3 != 0), value => Assert.Equal(128, value));
    }

    [Fact]
    public void Fit_SeveralDirections_OrdersThemByVariance()
    {
        // Independent directions of falling variance: numbers 2, 0 and 3.
        var random = new Random(3);
        float[] values = new float[256 * 4];
        for (int i = 0; i < 256; i++)
        {
            values[(i * 4) + 2] = (float)((random.NextDouble() - 0.5) * 100);
            values[i * 4] = (float)((random.NextDouble() - 0.5) * 30);
            values[(i * 4) + 3] = (float)((random.NextDouble() - 0.5) * 10);
            values[(i * 4) + 1] = (float)((random.NextDouble() - 0.5) * 0.1);
        }

        var tokens = new PatchTokens(new PatchGrid(16, 16), 4, values);
        byte[] pixels = PatchPca.Fit(tokens).ToImage(tokens, 16).Pixels.ToArray();
        foreach ((int channel, int number) in new[] { (0, 2), (1, 0), (2, 3) })
            Assert.InRange(Correlation(channel, number), 0.98, 1);

        double Correlation(int channel, int number)
        {
            double[] a = [.. Enumerable.Range(0, 256).Select(i => (double)pixels[(i * 3) + channel])];
            double[] b = [.. Enumerable.Range(0, 256).Select(i => (double)values[(i * 4) + number])];
            (double meanA, double meanB) = (a.Average(), b.Average());
            double covariance = a.Zip(b, (x, y) => (x - meanA) * (y - meanB)).Sum();
            return covariance / Math.Sqrt(a.Sum(x => (x - meanA) * (x - meanA)) * b.Sum(y => (y - meanB) * (y - meanB)));
        }
    }

    [Fact]
    public void ToImage_SideAndRepetition_AreKept()
    {
        float[] values = [.. Enumerable.Range(0, 16 * 6).Select(i => (float)Math.Sin(i * 1.7))];
        var tokens = new PatchTokens(new PatchGrid(4, 4), 6, values);
        RgbImage image = PatchPca.Fit(tokens, tokens).ToImage(tokens, 50);
        Assert.Equal((50, 50), (image.Width, image.Height));
        Assert.Equal(image.Pixels.ToArray(), PatchPca.Fit(tokens, tokens).ToImage(tokens, 50).Pixels.ToArray());
    }

    [Fact]
    public void Fit_EqualTokens_GivesAnEvenImage()
    {
        var tokens = new PatchTokens(new PatchGrid(2, 2), 3, [.. Enumerable.Repeat(1.5f, 12)]);
        Assert.Single(PatchPca.Fit(tokens).ToImage(tokens, 8).Pixels.ToArray().Distinct());
    }

    [Fact]
    public void Arguments_ThatDoNotFit_AreRefused()
    {
        var narrow = new PatchTokens(new PatchGrid(2, 2), 3, new float[12]);
        var wide = new PatchTokens(new PatchGrid(2, 2), 4, new float[16]);
        Assert.Throws<ArgumentException>(() => PatchPca.Fit());
        Assert.Throws<ArgumentException>(() => PatchPca.Fit(narrow, wide));
        Assert.Throws<ArgumentException>(() => PatchPca.Fit(narrow).ToImage(wide, 8));
        Assert.Throws<ArgumentOutOfRangeException>(() => narrow[2, 0].Length);
    }

    [Fact]
    public void AttentionOverlay_BrightestPatch_IsReddest()
    {
        RgbImage gray = RgbImage.FromPixels([.. Enumerable.Repeat((byte)100, 40 * 40 * 3)], 40, 40, PixelLayout.Rgb24);
        float[] attention = new float[16];
        attention[5] = 1;
        byte[] pixels = AttentionOverlay.Draw(gray, attention).Pixels.ToArray();
        int center = ((15 * 40) + 15) * 3;
        int corner = ((38 * 40) + 38) * 3;
        Assert.True(pixels[center] > 150, "The patch that is looked at is red.");
        Assert.True(pixels[corner] < 60, "The others are dark.");
        Assert.Equal(gray.Pixels.ToArray(), AttentionOverlay.Draw(gray, attention, opacity: 0).Pixels.ToArray());
        Assert.Throws<ArgumentException>("perPatch", () => AttentionOverlay.Draw(gray, new float[15]));
        RgbImage wide = RgbImage.FromPixels(new byte[40 * 20 * 3], 40, 20, PixelLayout.Rgb24);
        Assert.Throws<ArgumentException>("perPatch", () => AttentionOverlay.Draw(wide, attention));
    }
}
