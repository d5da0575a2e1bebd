using Scott.Models.Imaging;

namespace Scott.Models.Tests.Imaging;

public sealed class PillowResamplerTests
{
    [Fact]
    public void Kernels_RandomSizesAndCrops_GiveTheDefinitionsBytes()
    {
        var random = new Random(7);
        for (int i = 0; i < 150; i++)
        {
            RgbImage image = Noise(random.Next(1, 90), random.Next(1, 90), random);
            Interpolation filter = random.Next(2) == 0 ? Interpolation.Bilinear : Interpolation.Bicubic;
            ResampleAxis x = Axis(image.Width, filter, random), y = Axis(image.Height, filter, random);
            using PixelBuffer source = image.ToBuffer();
            byte[] expected = Definition(image, x, y);
            AssertSame(expected, PillowResampler.Resize<Vector128Kernel>(source, x, y), x, y);
            AssertSame(expected, PillowResampler.Resize(source, x, y), x, y);
        }
    }

    [Fact]
    public void Table_AnyAxis_KeepsTheSumWithinTheBoundThatExactnessNeeds()
    {
        var random = new Random(8);
        for (int i = 0; i < 400; i++)
        {
            ResampleAxis axis = Axis(random.Next(1, 3000), i % 2 == 0 ? Interpolation.Bilinear : Interpolation.Bicubic, random);
            var table = new ResampleTable(axis);
            for (int pixel = 0; pixel < table.Count; pixel++)
            {
                long sum = 0;
                for (int tap = 0; tap < table.Counts[pixel]; tap++)
                    sum += Math.Abs((long)table.Coefficient(pixel, tap));

                Assert.InRange(sum, 1, (long)(1.5 * (1 << ResampleTable.FractionBits)) + table.Counts[pixel]);
            }
        }
    }

    [Theory]
    [InlineData(Interpolation.Bilinear)]
    [InlineData(Interpolation.Bicubic)]
    public void Resize_ToTheSameSize_ChangesNothing(Interpolation filter)
    {
        RgbImage image = TestImages.Drawn(33, 21);
        Assert.Equal(image.Pixels.ToArray(), image.Resize(33, 21, filter).Pixels.ToArray());
    }

    [Fact]
    public void Resize_HugeRatio_ComputesOnlyTheCrop()
    {
        using PixelBuffer source = TestImages.Drawn(1, 20_000).ToBuffer();
        using PixelBuffer result = PillowResampler.Resize(
            source,
            ResampleAxis.Whole(1, 256, 16, 224, Interpolation.Bilinear),
            ResampleAxis.Whole(20_000, 5_120_000, 2_559_888, 224, Interpolation.Bilinear));
        Assert.Equal((224, 224), (result.Width, result.Height));
    }

    private static ResampleAxis Axis(int source, Interpolation filter, Random random)
    {
        int length = random.Next(4) == 0 ? source : random.Next(1, 120), first = random.Next(length);
        float start = random.Next(2) == 0 ? 0 : random.NextSingle() * source * 0.9f;
        float end = start == 0 && random.Next(2) == 0 ? source : Math.Min(source, start + Math.Max(0.01f, random.NextSingle() * (source - start)));
        return new ResampleAxis(source, start, end, length, first, random.Next(1, length - first + 1), filter);
    }

    private static RgbImage Noise(int width, int height, Random random)
    {
        byte[] pixels = new byte[width * height * 3];
        random.NextBytes(pixels);
        return RgbImage.FromPixels(pixels, width, height, PixelLayout.Rgb24);
    }

    private static void AssertSame(byte[] expected, PixelBuffer found, ResampleAxis x, ResampleAxis y)
    {
        using (found)
            Assert.True(expected.AsSpan().SequenceEqual(RgbImage.FromBuffer(found).Pixels.Span), $"{x} by {y}");
    }

    /// <summary>The whole image first along x, then along y, in 64-bit arithmetic, then cut.</summary>
    private static byte[] Definition(RgbImage image, ResampleAxis x, ResampleAxis y)
    {
        byte[,,] between = new byte[image.Height, x.Count, 3];
        byte[] result = new byte[x.Count * y.Count * 3];
        for (int channel = 0; channel < 3; channel++)
        {
            for (int row = 0; row < image.Height; row++)
            {
                for (int column = 0; column < x.Count; column++)
                    between[row, column, channel] = One(x, column, at => image.Pixels.Span[(((row * image.Width) + at) * 3) + channel]);
            }

            for (int column = 0; column < x.Count; column++)
            {
                for (int row = 0; row < y.Count; row++)
                    result[(((row * x.Count) + column) * 3) + channel] = One(y, row, at => between[at, column, channel]);
            }
        }

        return result;
    }

    private static byte One(ResampleAxis axis, int index, Func<int, byte> value)
    {
        if (axis.IsIdentity)
            return value((int)axis.First + index);

        double scale = (double)(axis.End - axis.Start) / axis.Length, wide = Math.Max(1, scale), inverse = 1 / wide;
        double support = (axis.Interpolation == Interpolation.Bilinear ? 1 : 2) * wide, center = axis.Start + ((axis.First + index + 0.5) * scale);
        int start = Math.Max(0, (int)(center - support + 0.5)), end = Math.Min(axis.SourceLength, (int)(center + support + 0.5));
        double[] weights = [.. Enumerable.Range(0, end - start).Select(
            i => Filter(axis.Interpolation, Math.Abs((i + start - center + 0.5) * inverse)))];
        double sum = weights.Aggregate(0.0, (total, weight) => total + weight);
        long result = 1 << 21;
        for (int i = 0; i < weights.Length; i++)
        {
            double scaled = weights[i] / sum * (1 << 22);
            result += (long)value(start + i) * (int)(scaled < 0 ? -0.5 + scaled : 0.5 + scaled);
        }

        return (byte)Math.Clamp(result >> 22, 0, 255);
    }

    private static double Filter(Interpolation interpolation, double x) => (interpolation, x) switch
    {
        (Interpolation.Bilinear, < 1) => 1 - x,
        (Interpolation.Bicubic, < 1) => (((1.5 * x) - 2.5) * x * x) + 1,
        (Interpolation.Bicubic, < 2) => ((((x - 5) * x) + 8) * x - 4) * -0.5,
        _ => 0,
    };
}
