namespace Scott.Models.Metrics;

/// <summary>Measures scores by their order alone.</summary>
internal static class RankStatistics
{
    /// <summary>The area under the ROC curve (AUROC): the probability that a positive scores higher than a negative; a tie counts half.</summary>
    /// <remarks>Hanley and McNeil, "The meaning and use of the area under a receiver operating characteristic (ROC) curve", 1982: it equals the
    /// statistic of Mann and Whitney, so no curve is drawn.</remarks>
    /// <param name="scores">Scores, none of them NaN.</param>
    /// <param name="isPositive">Which of them are positive: at least one, and at least one not.</param>
    public static double AreaUnderRoc(ReadOnlySpan<float> scores, ReadOnlySpan<bool> isPositive)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(isPositive.Length, scores.Length);
        float[] sorted = scores.ToArray();
        bool[] positive = isPositive.ToArray();
        Array.Sort(sorted, positive);
        (long positives, long negativesBelow, double wins) = (0, 0, 0);
        for (int start = 0, end; start < sorted.Length; start = end)
        {
            (long tiedPositives, long tiedNegatives) = (0, 0);
            for (end = start; end < sorted.Length && sorted[end] == sorted[start]; end++)
                _ = positive[end] ? tiedPositives++ : tiedNegatives++;

            if (end == start)
                throw new ArgumentException("A score is not a number; expected numbers.", nameof(scores));

            wins += tiedPositives * (negativesBelow + (0.5 * tiedNegatives));
            positives += tiedPositives;
            negativesBelow += tiedNegatives;
        }

        return positives > 0 && negativesBelow > 0
            ? wins / ((double)positives * negativesBelow)
            : throw new ArgumentException("All items are on one side; expected at least one positive and one negative.", nameof(isPositive));
    }
}
