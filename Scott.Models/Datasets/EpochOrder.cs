namespace Scott.Models.Datasets;

/// <summary>The randomness of a loader: every draw has its own source, so that none depends on what was drawn before.</summary>
internal static class EpochOrder
{
    /// <summary>All of a dataset's numbers in the order of an epoch.</summary>
    public static int[] Draw(long seed, int epoch, int count)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        Stream(seed, "order", epoch, 0).Shuffle(order);
        return order;
    }

    /// <summary>The source of one purpose at one place of an epoch.</summary>
    public static DeterministicRandom Stream(long seed, string purpose, int epoch, int position) =>
        new(unchecked((ulong)seed), FormattableString.Invariant($"{purpose}/{epoch}/{position}"));
}
