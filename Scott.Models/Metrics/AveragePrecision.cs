namespace Scott.Models.Metrics;

/// <summary>Measures how well scores rank the images that have a label before those that do not.</summary>
internal static class AveragePrecision
{
    /// <summary>The sum over thresholds, falling, of (Rₙ − Rₙ₋₁) · Pₙ, where Pₙ and Rₙ are precision and recall of the images whose score reaches
    /// the threshold.</summary>
    /// <remarks>Each score is one threshold, so images with equal scores count together, whatever their order. This is the definition of
    /// <c>average_precision_score</c> of scikit-learn; there is no interpolation.</remarks>
    /// <returns>In [0, 1]; <see langword="null"/> if no image has the label.</returns>
    public static double? Of(ReadOnlySpan<float> scores, ReadOnlySpan<bool> isPositive)
    {
        int positives = isPositive.Count(true);
        if (positives == 0)
            return null;

        (float[] sorted, bool[] hits) = Sort(scores, isPositive);
        double sum = 0;
        int found = 0;
        for (int i = 0; i < sorted.Length;)
        {
            int before = found;
            i = EndOfTie(sorted, i, hits, ref found);
            sum += (double)(found - before) * found / i;
        }

        return sum / positives;
    }

    /// <summary>Scores from the highest to the lowest, and whether their images have the label.</summary>
    public static (float[] Scores, bool[] Hits) Sort(ReadOnlySpan<float> scores, ReadOnlySpan<bool> isPositive)
    {
        float[] sorted = scores.ToArray();
        bool[] hits = isPositive.ToArray();
        Array.Sort(sorted, hits);
        Array.Reverse(sorted);
        Array.Reverse(hits);
        return (sorted, hits);
    }

    /// <summary>The place behind the scores that equal the one at a place, whose hits are added.</summary>
    public static int EndOfTie(float[] sorted, int from, bool[] hits, ref int found)
    {
        int end = from;
        for (; end < sorted.Length && sorted[end] == sorted[from]; end++)
            found += hits[end] ? 1 : 0;

        return end;
    }
}
