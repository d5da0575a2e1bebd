using System.Numerics.Tensors;

namespace Scott.Models.Metrics;

/// <summary>Measures whether the confidence of a classifier matches its accuracy, and finds a temperature that improves the match.</summary>
/// <remarks>Guo et al., "On calibration of modern neural networks", 2017.</remarks>
internal static class Calibration
{
    private const double LowestTemperature = 0.01;
    private const double HighestTemperature = 10;
    private const int SearchSteps = 40;
    private static readonly double GoldenRatio = (Math.Sqrt(5) - 1) / 2;

    /// <summary>The expected calibration error: bins (0, 1/B], (1/B, 2/B] …, each weighted by its number of images.</summary>
    public static double ExpectedError(ReadOnlySpan<float> confidences, ReadOnlySpan<bool> isRight, int bins)
    {
        // Per bin, the right answers minus the sum of confidences: the distance of accuracy and confidence, times the number of images.
        double[] surplus = new double[bins];
        for (int i = 0; i < confidences.Length; i++)
        {
            int bin = Math.Clamp((int)Math.Ceiling((double)confidences[i] * bins) - 1, 0, bins - 1);
            surplus[bin] += (isRight[i] ? 1 : 0) - confidences[i];
        }

        return surplus.Sum(Math.Abs) / confidences.Length;
    }

    /// <summary>Finds the temperature with the lowest cross-entropy, by golden-section search. Logits are divided by it. Section 4.2.</summary>
    public static double FindTemperature(double[] scores, IReadOnlyList<int> labels, int classes)
    {
        // Cross-entropy is convex in 1 / temperature, so it has only one minimum over the logarithm of the temperature.
        (double low, double high) = (Math.Log(LowestTemperature), Math.Log(HighestTemperature));
        for (int i = 0; i < SearchSteps; i++)
        {
            double left = high - (GoldenRatio * (high - low));
            double right = low + (GoldenRatio * (high - low));
            if (CrossEntropy(scores, labels, classes, Math.Exp(left)) <= CrossEntropy(scores, labels, classes, Math.Exp(right)))
                high = right;
            else
                low = left;
        }

        return Math.Exp((low + high) / 2);
    }

    public static float[] ApplyTemperature(double[] scores, double temperature) => [.. scores.Select(score => (float)(score / temperature))];

    /// <summary>The mean over images of −ln p, where p is the probability of the right class.</summary>
    public static double CrossEntropy(double[] scores, IReadOnlyList<int> labels, int classes, double temperature)
    {
        double sum = 0;
        for (int i = 0; i < labels.Count; i++)
        {
            ReadOnlySpan<double> row = scores.AsSpan(i * classes, classes);
            double largest = TensorPrimitives.Max(row);
            double total = 0;
            foreach (double score in row)
                total += Math.Exp((score - largest) / temperature);

            sum += Math.Log(total) - ((row[labels[i]] - largest) / temperature);
        }

        return sum / labels.Count;
    }
}
