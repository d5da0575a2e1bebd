namespace Scott.Models.Imaging;

/// <summary>Turns bytes into the numbers that a backbone takes: (value / 255 − mean) / standard deviation, by a table per channel.</summary>
/// <remarks>Computed in single precision in this order, as torchvision's <c>ToTensor</c> and <c>Normalize</c> do.</remarks>
internal sealed class PixelNormalization
{
    private const int Values = 256;

    private readonly float[] _red;
    private readonly float[] _green;
    private readonly float[] _blue;

    public PixelNormalization(RgbTriple mean, RgbTriple standardDeviation)
    {
        _red = Table(mean.Red, standardDeviation.Red);
        _green = Table(mean.Green, standardDeviation.Green);
        _blue = Table(mean.Blue, standardDeviation.Blue);
    }

    /// <summary>Writes an image as planes.</summary>
    /// <param name="pixels">H by W pixels.</param>
    /// <param name="destination">[3, H, W].</param>
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

    private static float[] Table(float mean, float standardDeviation)
    {
        float[] table = new float[Values];
        for (int value = 0; value < Values; value++)
        {
            table[value] = ((value / 255f) - mean) / standardDeviation;
        }

        return table;
    }
}
