namespace Scott.Models.Inference;

/// <summary>The score above which an image is anomalous, and what that means.</summary>
/// <param name="Score">The threshold.</param>
/// <param name="FalseAlarmRate">The share of new normal images that are expected above it, at most.</param>
internal readonly record struct AnomalyThreshold(float Score, double FalseAlarmRate)
{
    /// <summary>How many images can state a rate: the least n with 1 / (n + 1) ≤ rate.</summary>
    public static int RequiredImages(double rate) => (int)Math.Min(int.MaxValue, Math.Ceiling((1 / rate) - 1 - 1e-9));

    /// <summary>Chooses the lowest threshold that keeps the rate, or the highest score if the images are too few for it.</summary>
    /// <remarks>
    /// The score of a new normal image is equally likely to take each of the n + 1 places among the n held-out scores. So it exceeds the one of rank
    /// k with a probability of at most (n + 1 − k) / (n + 1) (conformal prediction: Vovk, Gammerman and Shafer, "Algorithmic learning in a random
    /// world", 2005).
    /// </remarks>
    public static AnomalyThreshold Choose(ReadOnlySpan<float> heldOut, double rate)
    {
        float[] sorted = heldOut.ToArray();
        Array.Sort(sorted);
        int count = sorted.Length;
        int rank = Math.Clamp((int)Math.Ceiling(((1 - rate) * (count + 1)) - 1e-9), 1, count);
        return new AnomalyThreshold(sorted[rank - 1], (double)(count + 1 - rank) / (count + 1));
    }
}
