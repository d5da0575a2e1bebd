using Scott.Models.Imaging;

namespace Scott.Models.Datasets;

/// <summary>The mean and the mean square of each channel of an image, in [0, 1].</summary>
internal sealed record ChannelSums(double[] Means, double[] Squares)
{
    /// <summary>Those of an image, its samples in a window; without one, in the whole range of their type.</summary>
    public static ChannelSums Of(DecodedImage image, SampleRange? range) =>
        image.SamplesFor(range) is { } samples ? OfSamples(samples, samples.WindowOf(range)) : OfPixels(image);

    /// <summary>The mean and deviation of a dataset, in which every image counts alike; <see langword="null"/> if there is no image.</summary>
    public static ChannelNormalization? Join(IEnumerable<ChannelSums> images)
    {
        ChannelSums[] all = [.. images];
        if (all.Length == 0)
            return null;

        int channels = all.Max(image => image.Means.Length);
        double[] means = Average(all, channels, image => image.Means), squares = Average(all, channels, image => image.Squares);
        return new ChannelNormalization
        {
            Mean = [.. means.Select(mean => (float)mean)],
            StandardDeviation = [.. means.Zip(squares, (mean, square) => (float)Math.Sqrt(Math.Max(0, square - (mean * mean))))],
        };
    }

    private static double[] Average(ChannelSums[] images, int channels, Func<ChannelSums, double[]> values) =>
        [.. Enumerable.Range(0, channels).Select(channel => images.Average(image => values(image)[channel % values(image).Length]))];

    private static ChannelSums OfPixels(DecodedImage image)
    {
        ReadOnlySpan<byte> bytes = image.Pixels.Bytes;
        int channels = image.IsGray ? 1 : ScottArchitecture.RgbChannels;
        long[] sums = new long[channels], squares = new long[channels];
        for (int i = 0; i < bytes.Length; i += PixelBuffer.BytesPerPixel)
        {
            for (int channel = 0; channel < channels; channel++)
            {
                int value = bytes[i + channel];
                sums[channel] += value;
                squares[channel] += value * value;
            }
        }

        double pixels = bytes.Length / PixelBuffer.BytesPerPixel;
        return new ChannelSums(
            [.. sums.Select(sum => sum / (pixels * byte.MaxValue))],
            [.. squares.Select(sum => sum / (pixels * byte.MaxValue * byte.MaxValue))]);
    }

    private static ChannelSums OfSamples(SampleImage image, SampleWindow window)
    {
        double[] sums = new double[image.ColorChannels], squares = new double[image.ColorChannels];
        float[] row = new float[image.Width];
        for (int y = 0; y < image.Height; y++)
        {
            for (int channel = 0; channel < image.ColorChannels; channel++)
            {
                window.Read(image, y, channel, row);
                foreach (float value in row)
                {
                    sums[channel] += value;
                    squares[channel] += (double)value * value;
                }
            }
        }

        double pixels = (double)image.Width * image.Height;
        return new ChannelSums([.. sums.Select(sum => sum / pixels)], [.. squares.Select(sum => sum / pixels)]);
    }
}
