namespace Scott.Models.Imaging;

/// <summary>Resizes images of any sample type: their window is scaled to 0 to 1, then resized as floats, antialiased, along x and then along
/// y.</summary>
/// <remarks>Follows Pillow 9.4, <c>src/libImaging/Resample.c</c>, <c>ImagingResampleHorizontal_32bpc</c> and its vertical twin, for mode F: sums in
/// double precision, results in single. The order of the sums is fixed, so every machine gives the same numbers. A bicubic filter may leave 0 to 1;
/// as with bytes, the result is clipped.</remarks>
internal static class SampleResampler
{
    /// <summary>Writes the color channels as planes [C, y.Count, x.Count], 0 to 1; the axes begin at a column and a row of the image.</summary>
    public static void Resize(
        SampleImage image, SampleWindow window, (int Left, int Top) first, ResampleAxis x, ResampleAxis y, Span<float> planes)
    {
        var columns = new Taps(x);
        var rows = new Taps(y);
        int channels = image.ColorChannels, top = rows.Starts[0], height = rows.Starts[^1] + rows.Counts[^1] - top;
        float[] source = ArrayPool<float>.Shared.Rent(x.SourceLength);
        float[] between = ArrayPool<float>.Shared.Rent(checked(height * x.Count));
        try
        {
            for (int channel = 0; channel < channels; channel++)
            {
                for (int row = 0; row < height; row++)
                {
                    window.Read(image, first.Top + top + row, channel, source.AsSpan(0, x.SourceLength), first.Left);
                    Across(source, columns, between.AsSpan(row * x.Count, x.Count));
                }

                Down(between, top, rows, planes.Slice(channel * y.Count * x.Count, y.Count * x.Count));
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(source);
            ArrayPool<float>.Shared.Return(between);
        }
    }

    /// <summary>Uses the only plane of a gray image for the others.</summary>
    public static void SpreadGray(SampleImage image, int planeLength, Span<float> planes)
    {
        for (int at = planeLength; image.ColorChannels == 1 && at < planes.Length; at += planeLength)
            planes[..planeLength].CopyTo(planes[at..]);
    }

    private static void Across(float[] source, Taps taps, Span<float> result)
    {
        for (int pixel = 0; pixel < result.Length; pixel++)
        {
            ReadOnlySpan<double> weights = taps.Weights(pixel);
            ReadOnlySpan<float> samples = source.AsSpan(taps.Starts[pixel], weights.Length);
            double sum = 0;
            for (int tap = 0; tap < weights.Length; tap++)
                sum += samples[tap] * weights[tap];

            result[pixel] = (float)sum;
        }
    }

    private static void Down(float[] source, int top, Taps taps, Span<float> plane)
    {
        int width = plane.Length / taps.Starts.Length;
        double[] sums = new double[width];
        for (int row = 0; row < taps.Starts.Length; row++)
        {
            Array.Clear(sums);
            ReadOnlySpan<double> weights = taps.Weights(row);
            for (int tap = 0; tap < weights.Length; tap++)
            {
                ReadOnlySpan<float> samples = source.AsSpan((taps.Starts[row] - top + tap) * width, width);
                for (int x = 0; x < sums.Length; x++)
                    sums[x] += samples[x] * weights[tap];
            }

            Span<float> result = plane.Slice(row * width, width);
            for (int x = 0; x < result.Length; x++)
                result[x] = float.Clamp((float)sums[x], 0, 1);
        }
    }

    /// <summary>The filter of an axis, computed for all its pixels.</summary>
    private sealed class Taps
    {
        private readonly double[] _weights;
        private readonly int _mostTaps;

        public Taps(ResampleAxis axis)
        {
            var filter = new ResampleFilter(axis);
            _mostTaps = filter.MostTaps;
            _weights = new double[checked(axis.Count * _mostTaps)];
            (Starts, Counts) = (new int[axis.Count], new int[axis.Count]);
            for (int pixel = 0; pixel < axis.Count; pixel++)
                (Starts[pixel], Counts[pixel]) = filter.Fill(pixel, _weights.AsSpan(pixel * _mostTaps, _mostTaps));
        }

        public int[] Starts { get; }
        public int[] Counts { get; }

        public ReadOnlySpan<double> Weights(int pixel) => _weights.AsSpan(pixel * _mostTaps, Counts[pixel]);
    }
}
