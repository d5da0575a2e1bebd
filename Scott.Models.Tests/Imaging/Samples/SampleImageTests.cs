using System.Runtime.InteropServices;
using Scott.Models.Imaging;

namespace Scott.Models.Tests.Imaging;

/// <summary>Images of any sample type, and their windows.</summary>
public sealed class SampleImageTests
{
    [Fact]
    public void FromSamples_EveryType_KeepsThem()
    {
        SampleImage shorts = SampleImage.FromSamples(new ushort[] { 1, 65535, 3, 4, 5, 6 }, 3, 1, 2);
        Assert.Equal((3, 1, 2, SampleFormat.UInt16, 12), (shorts.Width, shorts.Height, shorts.Channels, shorts.Format, shorts.Bytes.Length));
        Assert.Equal([1, 65535, 3, 4, 5, 6], MemoryMarshal.Cast<byte, ushort>(shorts.Bytes.Span).ToArray());
        Assert.Equal(SampleFormat.UInt8, SampleImage.FromSamples(new byte[] { 1 }, 1, 1, 1).Format);
        Assert.Equal(SampleFormat.UInt32, SampleImage.FromSamples(new uint[] { 1 }, 1, 1, 1).Format);
        Assert.Equal(SampleFormat.Float32, SampleImage.FromSamples(new float[16], 1, 1, 16).Format);
    }

    [Fact]
    public void FromSamples_WrongShape_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => SampleImage.FromSamples(new ushort[1], 0, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => SampleImage.FromSamples(new ushort[1], 1, -1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => SampleImage.FromSamples(new ushort[17], 1, 1, 17));
        Assert.Throws<ArgumentOutOfRangeException>(() => SampleImage.FromSamples(new ushort[1], 1, 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => SampleImage.FromSamples(new float[1], 1 << 20, 1 << 20, 1));
        ArgumentException error = Assert.Throws<ArgumentException>(() => SampleImage.FromSamples(new ushort[5], 2, 3, 1));
        Assert.StartsWith("2×3 pixels of 1 channel take 6 samples; 5 were given.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FromSamples_MoreThanFourChannels_IsRefusedByModelsOfThree()
    {
        ImageSource source = ImageSource.FromSamples(SampleImage.FromSamples(new ushort[5], 1, 1, 5), "bands");
        ImageFormatException error = await Assert.ThrowsAsync<ImageFormatException>(() => ImageDecoder.DecodeAsync(source));
        Assert.Equal(ImageFault.UnsupportedVariant, error.Fault);
        Assert.Contains("it has 5 channels", error.Message, StringComparison.Ordinal);
        Assert.Throws<NotSupportedException>(() => SampleImage.FromSamples(new ushort[5], 1, 1, 5).ToRgbImage());
    }

    [Fact]
    public void ToRgbImage_Window_ClipsAndRounds()
    {
        SampleImage image = SampleImage.FromSamples(new ushort[] { 0, 1000, 1001, 1500, 1999, 2000, 65535 }, 7, 1, 1);
        Assert.Equal([0, 0, 0, 128, 255, 255, 255], Gray(image.ToRgbImage(SampleRange.Fixed(1000, 2000))));
        Assert.Equal([0, 4, 4, 6, 8, 8, 255], Gray(image.ToRgbImage()));
        SampleImage floats = SampleImage.FromSamples([-1, 0, 0.5f, 1, 2, float.NaN, float.NegativeInfinity, float.PositiveInfinity], 8, 1, 1);
        Assert.Equal([0, 0, 128, 255, 255, 0, 0, 255], Gray(floats.ToRgbImage()));
        Assert.Throws<ScottConfigurationException>(() => image.ToRgbImage(SampleRange.Fixed(5, 5)));
        Assert.Equal(
            new byte[] { 255, 0, 128, 1, 2, 3 },
            SampleImage.FromSamples(new byte[] { 255, 0, 128, 9, 1, 2, 3, 9 }, 2, 1, 4).ToRgbImage().Pixels.ToArray());
    }

    public static TheoryData<int, int> Percentiles =>
        [.. from seed in Enumerable.Range(0, 6) from count in new[] { 1, 2, 3, 500 } select (seed, count)];

    [Theory]
    [MemberData(nameof(Percentiles))]
    public void Percentile_AnyImage_IsThatOfSortedSamples(int seed, int pixels)
    {
        var random = new Random(seed);
        double low = random.NextDouble() * 50, high = low + (random.NextDouble() * (100 - low));
        byte[] bytes = new byte[pixels * 16];
        random.NextBytes(bytes);
        float Number() => (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-5, 5)));
        float[] floats = [.. Enumerable.Range(0, pixels * 3).Select(i => i % 7 == 6 ? float.NaN : Number())];
        AssertWindow(SampleImage.FromSamples(bytes.AsSpan(0, pixels * 3), pixels, 1, 3), bytes[..(pixels * 3)].Select(value => (double)value));
        ushort[] shorts = MemoryMarshal.Cast<byte, ushort>(bytes)[..(pixels * 2)].ToArray();

        // The second channel is alpha.
        AssertWindow(SampleImage.FromSamples(shorts, pixels, 1, 2), shorts.Where((_, i) => i % 2 == 0).Select(value => (double)value));
        uint[] longs = MemoryMarshal.Cast<byte, uint>(bytes)[..pixels].ToArray();
        AssertWindow(SampleImage.FromSamples(longs, 1, pixels, 1), longs.Select(value => (double)value));
        AssertWindow(SampleImage.FromSamples(floats, pixels, 1, 3), floats.Where(value => !float.IsNaN(value)).Select(value => (double)value));

        void AssertWindow(SampleImage image, IEnumerable<double> samples)
        {
            double[] sorted = [.. samples.Order()];
            SampleWindow window = image.WindowOf(SampleRange.Percentile(low, high));
            Assert.Equal(Interpolate(sorted, low), window.Low, 1e-6 * Math.Max(1, Math.Abs(window.Low)));
            Assert.Equal(Interpolate(sorted, high), window.High, 1e-6 * Math.Max(1, Math.Abs(window.High)));
        }
    }

    [Fact]
    public void Percentile_UniformOrEmptyOfNumbers_GivesBlackAndNoError()
    {
        SampleRange range = SampleRange.Percentile(1, 99);
        Assert.Equal([0, 0], Gray(SampleImage.FromSamples(new ushort[] { 777, 777 }, 2, 1, 1).ToRgbImage(range)));
        Assert.Equal([0, 0], Gray(SampleImage.FromSamples([float.NaN, float.NaN], 2, 1, 1).ToRgbImage(range)));
        Assert.Equal(3, Gray(SampleImage.FromSamples([float.NegativeInfinity, float.PositiveInfinity, 0], 3, 1, 1).ToRgbImage(range)).Length);
    }

    /// <summary>They once became ends of the window, which left nothing of the image.</summary>
    [Fact]
    public void Percentile_InfiniteSamples_DoNotCount()
    {
        float[] finite = [.. Enumerable.Range(0, 100).Select(i => i * 0.25f)];
        float[] mixed = [float.NegativeInfinity, .. finite, float.PositiveInfinity, float.NaN, float.PositiveInfinity];
        SampleRange range = SampleRange.Percentile(1, 99);
        SampleWindow expected = SampleImage.FromSamples(finite, finite.Length, 1, 1).WindowOf(range);
        Assert.Equal(expected, SampleImage.FromSamples(mixed, mixed.Length, 1, 1).WindowOf(range));
        float[] infinite = [float.NegativeInfinity, float.PositiveInfinity];
        Assert.Equal(default(SampleWindow), SampleImage.FromSamples(infinite, 2, 1, 1).WindowOf(range));
    }

    private static double Interpolate(double[] sorted, double percent)
    {
        double place = percent / 100 * (sorted.Length - 1);
        int below = (int)place;
        return sorted[below] + ((sorted[Math.Min(below + 1, sorted.Length - 1)] - sorted[below]) * (place - below));
    }

    private static byte[] Gray(RgbImage image) => [.. image.Pixels.ToArray().Where((_, i) => i % 3 == 0)];
}
