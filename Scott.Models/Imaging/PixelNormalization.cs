namespace Scott.Models.Imaging;

/// <summary>Turns bytes into the numbers that a backbone takes: (value / 255 − mean) / standard deviation, by a table per channel.</summary>
/// <remarks>Computed in single precision in this order, as torchvision's <c>ToTensor</c> and <c>Normalize</c> do.</remarks>
internal sealed class PixelNormalization(RgbTriple mean, RgbTriple standardDeviation)
{
    private readonly RgbTriple _mean = mean;
    private readonly RgbTriple _deviation = standardDeviation;
    private readonly float[] _red = Table(mean.Red, standardDeviation.Red);
    private readonly float[] _green = Table(mean.Green, standardDeviation.Green);
    private readonly float[] _blue = Table(mean.Blue, standardDeviation.Blue);

    /// <summary>Writes H by W pixels as planes, [3, H, W].</summary>
    public void Write(PixelBuffer pixels, Span<float> destination)
    {
        int plane = pixels.Width * pixels.Height;
        ReadOnlySpan<byte> source = pixels.Bytes;
        Span<float> red = destination[..plane], green = destination.Slice(plane, plane), blue = destination.Slice(2 * plane, plane);
        for (int i = 0; i < red.Length; i++)
        {
            ReadOnlySpan<byte> pixel = source.Slice(i * PixelBuffer.BytesPerPixel, PixelBuffer.BytesPerPixel);
            red[i] = _red[pixel[0]];
            green[i] = _green[pixel[1]];
            blue[i] = _blue[pixel[2]];
        }
    }

    /// <summary>Normalizes planes, [3, H, W], of numbers in 0 to 1, in place.</summary>
    public void Write(Span<float> planes)
    {
        int plane = planes.Length / 3;
        Normalize(planes[..plane], _mean.Red, _deviation.Red);
        Normalize(planes.Slice(plane, plane), _mean.Green, _deviation.Green);
        Normalize(planes.Slice(2 * plane, plane), _mean.Blue, _deviation.Blue);
    }

    private static void Normalize(Span<float> plane, float mean, float deviation)
    {
        foreach (ref float value in plane)
            value = (value - mean) / deviation;
    }

    private static float[] Table(float mean, float standardDeviation) =>
        [.. Enumerable.Range(0, 256).Select(value => ((value / 255f) - mean) / standardDeviation)];
}
