namespace Scott.Models.Metrics;

/// <summary>Whether a classifier is as often right as it is sure.</summary>
/// <remarks>Guo et al., "On calibration of modern neural networks", 2017.</remarks>
internal static class Calibration
{
    /// <summary>The expected calibration error: bins (0, 1/B], (1/B, 2/B] …, each weighed by its images.</summary>
    /// <param name="confidences">Each image's highest probability.</param>
    /// <param name="isRight">Whether that class is the right one.</param>
    /// <param name="bins">B.</param>
    public static double ExpectedError(ReadOnlySpan<float> confidences, ReadOnlySpan<bool> isRight, int bins)
    {
        // Sum of accuracy less sum of confidence is the bin's images times the distance, which is just what is to be averaged.
        double[] surplus = new double[bins];
        for (int i = 0; i < confidences.Length; i++)
        {
            int bin = Math.Clamp((int)Math.Ceiling((double)confidences[i] * bins) - 1, 0, bins - 1);
            surplus[bin] += (isRight[i] ? 1 : 0) - confidences[i];
        }

        return surplus.Sum(Math.Abs) / confidences.Length;
    }
}
