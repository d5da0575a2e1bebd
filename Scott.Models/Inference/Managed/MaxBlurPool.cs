namespace Scott.Models.Inference;

/// <summary>The SCOTT tokenizer's pooling: maxima of 2 × 2 with stride 1, then the blur [1 2 1]⊗[1 2 1]/16 with stride 2. Channels come
/// last.</summary>
internal static unsafe class MaxBlurPool<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    /// <summary>One row of the result: [H, W, C] → row y of [H/2, W/2, C].</summary>
    /// <param name="map">The input.</param>
    /// <param name="size">Its height and width, both even.</param>
    /// <param name="channels">C.</param>
    /// <param name="y">The row of the result.</param>
    /// <param name="destination">That row's memory.</param>
    /// <param name="added">What is added to it, in the same order; <see langword="null"/> for nothing.</param>
    public static void Row(float* map, (int Height, int Width) size, int channels, int y, float* destination, float* added)
    {
        int channel = 0;
        for (; channel + TLanes.Count <= channels; channel += TLanes.Count)
            Lanes<TLanes, TVector>(map + channel, size, channels, y, destination + channel, added is null ? null : added + channel);

        for (; channel < channels; channel++)
            Lanes<LanesOne, float>(map + channel, size, channels, y, destination + channel, added is null ? null : added + channel);
    }

    private static void Lanes<TSome, TNumbers>(
        float* map, (int Height, int Width) size, int channels, int y, float* destination, float* added)
        where TSome : struct, ILanes<TNumbers>
        where TNumbers : struct
    {
        // The blur of row y reads three rows of maxima, those of four rows of the map. Outside the map, maxima count as 0.
        nint rowStride = (nint)size.Width * channels;
        float* row1 = map + (2 * y * rowStride);
        float* row0 = y == 0 ? row1 : row1 - rowStride;
        float* row2 = row1 + rowStride;
        bool isLast = (2 * y) + 2 == size.Height;
        float* row3 = isLast ? row2 : row2 + rowStride;
        TNumbers top = TSome.All(y == 0 ? 0 : 0.25f), quarter = TSome.All(0.25f), half = TSome.All(0.5f);
        TNumbers bottom = TSome.All(isLast ? 0 : 0.25f);

        TNumbers left = TSome.All(0); // the blurred column before
        TNumbers a0 = TSome.Max(TSome.Load(row0), TSome.Load(row1));
        TNumbers a1 = TSome.Max(TSome.Load(row1), TSome.Load(row2));
        TNumbers a2 = TSome.Max(TSome.Load(row2), TSome.Load(row3));
        for (int x = 0; x < size.Width / 2; x++)
        {
            nint next = ((2 * x) + 1) * channels;
            TNumbers b0 = TSome.Max(TSome.Load(row0 + next), TSome.Load(row1 + next));
            TNumbers b1 = TSome.Max(TSome.Load(row1 + next), TSome.Load(row2 + next));
            TNumbers b2 = TSome.Max(TSome.Load(row2 + next), TSome.Load(row3 + next));
            TNumbers middle = Blur<TSome, TNumbers>(TSome.Max(a0, b0), TSome.Max(a1, b1), TSome.Max(a2, b2), top, half, bottom);
            TNumbers right = TSome.All(0);
            if ((2 * x) + 2 < size.Width)
            {
                next += channels;
                a0 = TSome.Max(TSome.Load(row0 + next), TSome.Load(row1 + next));
                a1 = TSome.Max(TSome.Load(row1 + next), TSome.Load(row2 + next));
                a2 = TSome.Max(TSome.Load(row2 + next), TSome.Load(row3 + next));
                right = Blur<TSome, TNumbers>(TSome.Max(a0, b0), TSome.Max(a1, b1), TSome.Max(a2, b2), top, half, bottom);
            }

            TNumbers value = Blur<TSome, TNumbers>(left, middle, right, quarter, half, quarter);
            nint at = (nint)x * channels;
            TSome.Store(added is null ? value : TSome.Add(value, TSome.Load(added + at)), destination + at);
            left = right;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TNumbers Blur<TSome, TNumbers>(
        TNumbers first, TNumbers middle, TNumbers last, TNumbers before, TNumbers half, TNumbers after)
        where TSome : struct, ILanes<TNumbers>
        where TNumbers : struct =>
        TSome.MultiplyAdd(last, after, TSome.MultiplyAdd(first, before, TSome.Multiply(middle, half)));
}
