namespace Scott.Models.Imaging;

/// <summary>Turns bytes into the numbers that a backbone takes: (value / 255 − mean) / standard deviation, by a table per channel.</summary>
/// <remarks>Computed in single precision in this order, as torchvision's <c>ToTensor</c> and <c>Normalize</c> do.</remarks>
internal sealed class PixelNormalization(PreprocessingSpec spec)
{
    private readonly float[] _means = spec.ChannelMeans;
    private readonly float[] _deviations = spec.ChannelDeviations;
    private readonly float[][] _tables = [.. spec.ChannelMeans.Zip(spec.ChannelDeviations, Table)];

    /// <summary>Writes H by W pixels as planes: [3, H, W], or [1, H, W] if there is one channel.</summary>
    public void Write(PixelBuffer pixels, Span<float> destination)
    {
        int plane = pixels.Width * pixels.Height;
        ReadOnlySpan<byte> source = pixels.Bytes;
        if (_tables is [{ } gray])
        {
            for (int i = 0; i < plane; i++)
                destination[i] = gray[source[i * PixelBuffer.BytesPerPixel]];

            return;
        }

        (float[] reds, float[] greens, float[] blues) = (_tables[0], _tables[1], _tables[2]);
        Span<float> red = destination[..plane], green = destination.Slice(plane, plane), blue = destination.Slice(2 * plane, plane);
        for (int i = 0; i < red.Length; i++)
        {
            ReadOnlySpan<byte> pixel = source.Slice(i * PixelBuffer.BytesPerPixel, PixelBuffer.BytesPerPixel);
            red[i] = reds[pixel[0]];
            green[i] = greens[pixel[1]];
            blue[i] = blues[pixel[2]];
        }
    }

    /// <summary>Normalizes planes, [C, H, W], of numbers in 0 to 1, in place.</summary>
    public void Write(Span<float> planes)
    {
        int plane = planes.Length / _means.Length;
        for (int channel = 0; channel < _means.Length; channel++)
        {
            (float mean, float deviation) = (_means[channel], _deviations[channel]);
            foreach (ref float value in planes.Slice(channel * plane, plane))
                value = (value - mean) / deviation;
        }
    }

    private static float[] Table(float mean, float standardDeviation) =>
        [.. Enumerable.Range(0, 256).Select(value => ((value / 255f) - mean) / standardDeviation)];
}
