namespace Scott.Models.Imaging;

/// <summary>Keeps the coefficient tables used last, since the images of a data set have few sizes. Bounded; safe for use by many threads.</summary>
/// <remarks>
/// Serves random crops too: cut out first, a crop needs a table for its length alone, wherever it lies. Of crops of 500×375 pixels 94 % find theirs, of
/// images of mixed sizes about as large 80 %; tables made for each crop take 2 to 8 % more time.
/// </remarks>
internal static class ResampleTableCache
{
    /// <summary>Two entries with one slot drive each other out, so the slots should outnumber the sizes of a data set.</summary>
    private const int Slots = 256;

    /// <summary>Larger tables belong to huge images, beside whose decoding they cost nothing. The cache holds at most 8 MiB.</summary>
    private const int MaximumTableBytes = 32 * 1024;

    private static readonly Entry?[] Entries = new Entry?[Slots];

    public static ResampleTable Get(ResampleAxis axis)
    {
        // Entries are immutable and reference writes are atomic: a race at worst makes a table twice.
        ref Entry? slot = ref Entries[(uint)axis.GetHashCode() % Slots];
        if (Volatile.Read(ref slot) is { } found && found.Axis == axis)
        {
            return found.Table;
        }

        var table = new ResampleTable(axis);
        if (table.ByteCount <= MaximumTableBytes)
        {
            Volatile.Write(ref slot, new Entry(axis, table));
        }

        return table;
    }

    private sealed record Entry(ResampleAxis Axis, ResampleTable Table);
}
