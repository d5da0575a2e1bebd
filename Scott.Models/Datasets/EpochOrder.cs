namespace Scott.Models.Datasets;

/// <summary>The chance in a loader: every draw has its own source, so that none depends on what was drawn before.</summary>
internal static class EpochOrder
{
    /// <summary>All of a dataset's numbers in the order of an epoch.</summary>
    public static int[] Draw(long seed, int epoch, int count)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        Shuffle(order, Stream(seed, "order", epoch, 0));
        return order;
    }

    /// <summary>The source of one purpose at one place of an epoch.</summary>
    public static DeterministicRandom Stream(long seed, string purpose, int epoch, int position) =>
        new(unchecked((ulong)seed), FormattableString.Invariant($"{purpose}/{epoch}/{position}"));

    /// <summary>Fisher and Yates.</summary>
    public static void Shuffle(int[] values, DeterministicRandom random)
    {
        for (int i = values.Length - 1; i > 0; i--)
        {
            int other = random.NextInt32(i + 1);
            (values[i], values[other]) = (values[other], values[i]);
        }
    }
}
