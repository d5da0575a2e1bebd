namespace Scott.Models.Metrics;

/// <summary>Chooses the probability from which on an image counts as having a label.</summary>
internal static class LabelThresholds
{
    /// <summary>The threshold with the highest F1. Of equally good ones it is the highest; it lies in the middle between two probabilities.</summary>
    /// <remarks>Lipton, Elkan and Naryanaswamy, "Optimal thresholding of classifiers to maximize F1 measure", 2014.</remarks>
    /// <returns>In [0, 1]; <see cref="MultiLabelMetrics.DefaultThreshold"/> if no image has the label.</returns>
    public static float Choose(ReadOnlySpan<float> probabilities, ReadOnlySpan<bool> isPositive)
    {
        int positives = isPositive.Count(true);
        if (positives == 0)
            return MultiLabelMetrics.DefaultThreshold;

        (float[] sorted, bool[] hits) = AveragePrecision.Sort(probabilities, isPositive);
        (double best, float threshold) = (0, MultiLabelMetrics.DefaultThreshold);
        int found = 0;
        for (int i = 0; i < sorted.Length;)
        {
            i = AveragePrecision.EndOfTie(sorted, i, hits, ref found);
            double f1 = 2.0 * found / (i + positives);
            if (f1 > best)
                (best, threshold) = (f1, Between(sorted[i - 1], i < sorted.Length ? sorted[i] : 0));
        }

        return threshold;
    }

    /// <summary>A number above the lower and not above the higher one: their middle, if a number lies between them.</summary>
    private static float Between(float higher, float lower)
    {
        float middle = lower + ((higher - lower) / 2);
        return middle > lower ? middle : higher;
    }
}
