namespace Scott.Models.Datasets;

/// <summary>The randomness of a loader. Each draw has its own random source, so it does not depend on earlier draws.</summary>
internal static class EpochOrder
{
    /// <summary>The indices of all images, in the random order of an epoch.</summary>
    public static int[] Draw(long seed, int epoch, int count)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        Stream(seed, "order", epoch, 0).Shuffle(order);
        return order;
    }

    /// <summary>The random source for one purpose at one position of an epoch.</summary>
    public static DeterministicRandom Stream(long seed, string purpose, int epoch, int position) =>
        new(unchecked((ulong)seed), FormattableString.Invariant($"{purpose}/{epoch}/{position}"));
}
