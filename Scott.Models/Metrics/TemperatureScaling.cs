using System.Numerics.Tensors;

namespace Scott.Models.Metrics;

/// <summary>Makes scores that are right in their order into logits whose softmax is as sure as it may be: divides them by one number.</summary>
/// <remarks>Guo et al., "On calibration of modern neural networks", 2017, section 4.2.</remarks>
internal static class TemperatureScaling
{
    private const double Lowest = 0.01;
    private const double Highest = 10;
    private const int Halvings = 40;

    private static readonly double GoldenRatio = (Math.Sqrt(5) - 1) / 2;

    /// <summary>The temperature at which the right classes are the most likely in all: the least cross-entropy, by golden-section search.</summary>
    /// <param name="scores">[M, C], row-major.</param>
    /// <param name="labels">[M].</param>
    /// <param name="classes">C.</param>
    public static double Find(double[] scores, IReadOnlyList<int> labels, int classes)
    {
        // Cross-entropy is convex in the inverse of the temperature, hence has one valley in its logarithm.
        (double low, double high) = (Math.Log(Lowest), Math.Log(Highest));
        for (int i = 0; i < Halvings; i++)
        {
            double left = high - (GoldenRatio * (high - low));
            double right = low + (GoldenRatio * (high - low));
            if (CrossEntropy(scores, labels, classes, Math.Exp(left)) <= CrossEntropy(scores, labels, classes, Math.Exp(right)))
            {
                high = right;
            }
            else
            {
                low = left;
            }
        }

        return Math.Exp((low + high) / 2);
    }

    public static float[] Apply(double[] scores, double temperature) => [.. scores.Select(score => (float)(score / temperature))];

    /// <summary>The mean over images of −ln of the right class's probability.</summary>
    public static double CrossEntropy(double[] scores, IReadOnlyList<int> labels, int classes, double temperature)
    {
        double sum = 0;
        for (int i = 0; i < labels.Count; i++)
        {
            ReadOnlySpan<double> row = scores.AsSpan(i * classes, classes);
            double largest = TensorPrimitives.Max(row);
            double total = 0;
            foreach (double score in row)
            {
                total += Math.Exp((score - largest) / temperature);
            }

            sum += Math.Log(total) - ((row[labels[i]] - largest) / temperature);
        }

        return sum / labels.Count;
    }
}
