using Scott.Models.Onnx;

namespace Scott.Models.Tests.Onnx;

/// <summary>The ranges of activations: what 8-bit integers stand for.</summary>
public sealed class ActivationHistogramTests
{
    [Theory]
    [InlineData(-1, 3, 4 / 255f, 64)]
    [InlineData(2, 5.1f, 0.02f, 0)]
    [InlineData(-2, -1, 2 / 255f, 255)]
    [InlineData(0, 0, 1, 0)]
    public void Range_ScaleAndZeroPoint_CoverItAndZero(float minimum, float maximum, float scale, byte zeroPoint)
    {
        var range = new ActivationRange(minimum, maximum);
        Assert.Equal(scale, range.Scale, 1e-6f);
        Assert.Equal(zeroPoint, range.ZeroPoint);
    }

    [Fact]
    public void Histogram_LeastSquares_ClipsAFewOutliersAndKeepsAllOfAnEvenSpread()
    {
        var even = new ActivationHistogram();
        Assert.True(even.TryAdd([.. Enumerable.Range(0, 1001).Select(i => i / 1000f)]));
        Assert.InRange(even.LeastSquares().Maximum, 0.95f, 1);
        Assert.Equal(new ActivationRange(0, 1), even.Whole);
        var outlier = new ActivationHistogram();
        Assert.True(outlier.TryAdd([.. Enumerable.Range(0, 1_000_000).Select(i => i / 1_000_000f), 2]));
        Assert.InRange(outlier.LeastSquares().Maximum, 0.95f, 1.3f);
        Assert.False(outlier.TryAdd([1, float.NaN]));
        Assert.Equal(2, outlier.Whole.Maximum);
    }

    /// <summary>Zeros cost nothing to round, so they must not draw the range together.</summary>
    [Fact]
    public void Histogram_LeastSquaresOfManyZerosAndSpreadNumbers_KeepsNearlyAll()
    {
        var random = new Random(47);
        float Normal() => (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        var sparse = new ActivationHistogram();
        Assert.True(sparse.TryAdd([.. Enumerable.Range(0, 200_000).Select(i => i % 1000 == 0 ? Math.Abs(Normal()) : 0)]));
        Assert.InRange(sparse.LeastSquares().Maximum, 0.9f * sparse.Whole.Maximum, sparse.Whole.Maximum);
        var outliers = new ActivationHistogram();
        Assert.True(outliers.TryAdd([.. Enumerable.Range(0, 200_000).Select(i => i % 1000 == 0 ? 5 + (15 * random.NextSingle()) : Normal() / 100)]));
        Assert.InRange(outliers.LeastSquares().Maximum, 0.97f * outliers.Whole.Maximum, outliers.Whole.Maximum);
    }

    [Fact]
    public void Histogram_ManyEqualLargestNumbers_AreInTheRange()
    {
        var histogram = new ActivationHistogram();
        Assert.True(histogram.TryAdd([.. Enumerable.Repeat(1.03f, 1000), .. Enumerable.Range(0, 1000).Select(i => i / 1000f)]));
        Assert.InRange(histogram.LeastSquares().Maximum, 1.025f, 1.03f);
    }
}
