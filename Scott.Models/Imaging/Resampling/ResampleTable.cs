namespace Scott.Models.Imaging;

/// <summary>One axis of a resize: the part of the source from Start to End becomes Length pixels, of which Count from First on are wanted.</summary>
internal readonly record struct ResampleAxis(
    int SourceLength, float Start, float End, long Length, long First, int Count, Interpolation Interpolation)
{
    /// <summary>Whether the pass would change nothing, so that Pillow skips it.</summary>
    public bool IsIdentity => Length == SourceLength && Start == 0 && End == Length;

    public static ResampleAxis Whole(int sourceLength, long length, long first, int count, Interpolation interpolation) =>
        new(sourceLength, 0, sourceLength, length, first, count, interpolation);
}

/// <summary>For each wanted pixel of a resized axis: its source pixels, and their coefficients in fixed point with 22 bits. Immutable.</summary>
/// <remarks>
/// <para>Follows Pillow 9.4, <c>src/libImaging/Resample.c</c>, <c>normalize_coeffs_8bpc</c>.</para>
/// <para>A coefficient c is kept as two 16-bit numbers, c = high·2¹¹ + low with 0 ≤ low &lt; 2¹¹, so that 16-bit multiplications suffice: four taps
/// are eight numbers, h0 h1 h2 h3 l0 l1 l2 l3. Missing taps are 0. |high| ≤ 2¹² because no coefficient is over 2: see
/// <see cref="IResampleKernel"/>.</para>
/// <para>The tables used last are cached, because the images of a dataset have few sizes. A random crop is cut out before it is resized, so its table
/// depends only on its length, not on its place. The cache has the table for 94 % of the crops if all images have 500×375 pixels, and for 80 % if
/// sizes are mixed but similar. Without the cache a crop takes 2 to 8 % more time.</para>
/// </remarks>
internal sealed class ResampleTable
{
    public const int FractionBits = 22;
    public const int LowBits = 11;
    public const int TapsPerGroup = 4;
    public const int NumbersPerGroup = 2 * TapsPerGroup;
    private const int MaximumCachedBytes = 32 * 1024; // larger tables are for huge images, which take long to decode; the cache takes 8 MiB at most

    /// <summary>Two axes with the same slot replace each other, so there are more slots than a dataset usually has sizes.</summary>
    private static readonly CacheEntry?[] Cache = new CacheEntry?[256];

    public ResampleTable(ResampleAxis axis)
    {
        var filter = new ResampleFilter(axis);
        GroupsPerPixel = (filter.MostTaps + TapsPerGroup - 1) / TapsPerGroup;
        Starts = new int[axis.Count];
        Counts = new int[axis.Count];
        Coefficients = new short[checked(axis.Count * GroupsPerPixel * NumbersPerGroup)];
        double[] weights = new double[filter.MostTaps];
        for (int i = 0; i < axis.Count; i++)
        {
            (Starts[i], Counts[i]) = filter.Fill(i, weights);
            Store(weights.AsSpan(0, Counts[i]), Coefficients.AsSpan(i * GroupsPerPixel * NumbersPerGroup));
        }
    }

    /// <summary>The table of an axis, from the cache if it is there. Thread-safe.</summary>
    public static ResampleTable Get(ResampleAxis axis)
    {
        // Entries are immutable and reference writes are atomic: at worst, a race makes a table twice.
        ref CacheEntry? slot = ref Cache[(uint)axis.GetHashCode() % (uint)Cache.Length];
        if (Volatile.Read(ref slot) is { } found && found.Axis == axis)
            return found.Table;

        var table = new ResampleTable(axis);
        if (table.ByteCount <= MaximumCachedBytes)
            Volatile.Write(ref slot, new CacheEntry(axis, table));

        return table;
    }

    public int GroupsPerPixel { get; } // groups of four taps that every pixel has room for
    public int[] Starts { get; } // each wanted pixel's first source pixel
    public int[] Counts { get; } // each wanted pixel's number of source pixels
    public short[] Coefficients { get; } // all groups of all pixels
    public int Count => Starts.Length;
    public int ByteCount => (Coefficients.Length * sizeof(short)) + (2 * Starts.Length * sizeof(int));
    public int FirstSource => Starts[0]; // the first source pixel that any wanted pixel needs
    public int EndSource => Starts[^1] + Counts[^1]; // one past the last source pixel that any wanted pixel needs

    /// <summary>Returns one coefficient, combined from its two parts.</summary>
    public int Coefficient(int pixel, int tap)
    {
        int at = (((pixel * GroupsPerPixel) + (tap / TapsPerGroup)) * NumbersPerGroup) + (tap % TapsPerGroup);
        return (Coefficients[at] << LowBits) + Coefficients[at + TapsPerGroup];
    }

    private static void Store(ReadOnlySpan<double> weights, Span<short> coefficients)
    {
        for (int tap = 0; tap < weights.Length; tap++)
        {
            double scaled = weights[tap] * (1 << FractionBits);
            int coefficient = (int)(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
            int at = (tap / TapsPerGroup * NumbersPerGroup) + (tap % TapsPerGroup);
            coefficients[at] = (short)(coefficient >> LowBits);
            coefficients[at + TapsPerGroup] = (short)(coefficient & ((1 << LowBits) - 1));
        }
    }

    private sealed record CacheEntry(ResampleAxis Axis, ResampleTable Table);
}
