using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Scott.Models.Imaging;

/// <summary>The passes with AVX2. 16-bit multiply-adds take two taps at a time, separately for the high and low halves of the coefficients.</summary>
internal readonly struct Avx2Kernel : IResampleKernel
{
    private const int BlockBytes = 32;
    private const int RowsAtOnce = 4;
    private const int GroupBytes = ResampleTable.TapsPerGroup * PixelBuffer.BytesPerPixel;

    public static unsafe void Horizontal(byte* source, int sourceStride, byte* destination, int destinationStride, int rows, ResampleTable table)
    {
        // 4 rows share each prepared coefficient. At the end, the last row takes the place of missing rows and is written several times.
        for (int row = 0; row < rows; row += RowsAtOnce)
        {
            long next = Math.Min(row + 1, rows - 1) - row, third = Math.Min(row + 2, rows - 1) - row, last = Math.Min(row + 3, rows - 1) - row;
            byte* from = source + ((long)row * sourceStride);
            byte* to = destination + ((long)row * destinationStride);
            FourRows(
                from, from + (next * sourceStride), from + (third * sourceStride), from + (last * sourceStride),
                (uint*)to, (uint*)(to + (next * destinationStride)),
                (uint*)(to + (third * destinationStride)), (uint*)(to + (last * destinationStride)), table);
        }
    }

    public static unsafe void Vertical(byte* source, int sourceStride, byte* destination, int rowBytes, ResampleTable table)
    {
        fixed (short* coefficients = table.Coefficients)
        {
            for (int row = 0; row < table.Count; row++)
            {
                byte* first = source + ((long)(table.Starts[row] - table.FirstSource) * sourceStride);
                short* taps = coefficients + ((long)row * table.GroupsPerPixel * ResampleTable.NumbersPerGroup);
                for (int i = 0; i < rowBytes; i += BlockBytes)
                    Column(first + i, sourceStride, table.Counts[row], taps).Store(destination + ((long)row * rowBytes) + i);
            }
        }
    }

    private static unsafe void FourRows(
        byte* from0, byte* from1, byte* from2, byte* from3, uint* to0, uint* to1, uint* to2, uint* to3, ResampleTable table)
    {
        fixed (short* coefficients = table.Coefficients)
        fixed (int* starts = table.Starts)
        fixed (int* counts = table.Counts)
        {
            short* taps = coefficients;
            int step = table.GroupsPerPixel * ResampleTable.NumbersPerGroup;
            for (int pixel = 0; pixel < table.Count; pixel++, taps += step)
            {
                Vector256<int> high0 = default, high1 = default, high2 = default, high3 = default;
                Vector256<int> low0 = default, low1 = default, low2 = default, low3 = default;
                long at = (long)starts[pixel] * PixelBuffer.BytesPerPixel;
                short* group = taps;
                for (int left = counts[pixel]; left > 0; left -= ResampleTable.TapsPerGroup, at += GroupBytes, group += ResampleTable.NumbersPerGroup)
                {
                    Vector256<byte> packed = Avx2.BroadcastVector128ToVector256((byte*)group);
                    Vector256<short> high = Avx2.Shuffle(packed, HighHalves).AsInt16();
                    Vector256<short> low = Avx2.Shuffle(packed, LowHalves).AsInt16();
                    Vector256<short> pairs = ChannelPairs(from0 + at);
                    high0 += Avx2.MultiplyAddAdjacent(pairs, high);
                    low0 += Avx2.MultiplyAddAdjacent(pairs, low);
                    pairs = ChannelPairs(from1 + at);
                    high1 += Avx2.MultiplyAddAdjacent(pairs, high);
                    low1 += Avx2.MultiplyAddAdjacent(pairs, low);
                    pairs = ChannelPairs(from2 + at);
                    high2 += Avx2.MultiplyAddAdjacent(pairs, high);
                    low2 += Avx2.MultiplyAddAdjacent(pairs, low);
                    pairs = ChannelPairs(from3 + at);
                    high3 += Avx2.MultiplyAddAdjacent(pairs, high);
                    low3 += Avx2.MultiplyAddAdjacent(pairs, low);
                }

                Vector128<uint> bytes = Sse2.PackUnsignedSaturate(
                    Sse2.PackSignedSaturate(Finish(high0, low0), Finish(high1, low1)),
                    Sse2.PackSignedSaturate(Finish(high2, low2), Finish(high3, low3))).AsUInt32();
                to0[pixel] = bytes.GetElement(0);
                to1[pixel] = bytes.GetElement(1);
                to2[pixel] = bytes.GetElement(2);
                to3[pixel] = bytes.GetElement(3);
            }
        }
    }

    /// <summary>Four pixels as R0 R1 G0 G1 B0 B1 X0 X1 in the low lane, pixels 2 and 3 in the high one, each byte widened to 16 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe Vector256<short> ChannelPairs(byte* pixels) =>
        Avx2.Shuffle(Avx2.BroadcastVector128ToVector256(pixels), PairOrder).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Finish(Vector256<int> high, Vector256<int> low)
    {
        Vector256<int> sum = (high << ResampleTable.LowBits) + low;
        return (sum.GetLower() + sum.GetUpper() + Vector128.Create(1 << (ResampleTable.FractionBits - 1))) >> ResampleTable.FractionBits;
    }

    /// <summary>32 bytes of one output row. Unpacking and packing both stay within lanes, so that the bytes end up in order.</summary>
    private static unsafe Vector256<byte> Column(byte* first, int stride, int count, short* taps)
    {
        Vector256<int> high0 = default, high1 = default, high2 = default, high3 = default;
        Vector256<int> low0 = default, low1 = default, low2 = default, low3 = default;
        for (int tap = 0; tap < count; tap += 2)
        {
            int* pair = (int*)(taps + (tap / ResampleTable.TapsPerGroup * ResampleTable.NumbersPerGroup) + (tap % ResampleTable.TapsPerGroup));
            Vector256<short> high = Vector256.Create(pair[0]).AsInt16();
            Vector256<short> low = Vector256.Create(pair[2]).AsInt16();
            byte* row = first + ((long)tap * stride);
            Vector256<byte> a = Vector256.Load(row);

            // A missing second tap has coefficient 0: any row will do.
            Vector256<byte> b = Vector256.Load(tap + 1 < count ? row + stride : row);
            Vector256<byte> near = Avx2.UnpackLow(a, b), far = Avx2.UnpackHigh(a, b);
            Vector256<short> pairs = Avx2.UnpackLow(near, Vector256<byte>.Zero).AsInt16();
            high0 += Avx2.MultiplyAddAdjacent(pairs, high);
            low0 += Avx2.MultiplyAddAdjacent(pairs, low);
            pairs = Avx2.UnpackHigh(near, Vector256<byte>.Zero).AsInt16();
            high1 += Avx2.MultiplyAddAdjacent(pairs, high);
            low1 += Avx2.MultiplyAddAdjacent(pairs, low);
            pairs = Avx2.UnpackLow(far, Vector256<byte>.Zero).AsInt16();
            high2 += Avx2.MultiplyAddAdjacent(pairs, high);
            low2 += Avx2.MultiplyAddAdjacent(pairs, low);
            pairs = Avx2.UnpackHigh(far, Vector256<byte>.Zero).AsInt16();
            high3 += Avx2.MultiplyAddAdjacent(pairs, high);
            low3 += Avx2.MultiplyAddAdjacent(pairs, low);
        }

        return Avx2.PackUnsignedSaturate(
            Avx2.PackSignedSaturate(Combine(high0, low0), Combine(high1, low1)),
            Avx2.PackSignedSaturate(Combine(high2, low2), Combine(high3, low3)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Combine(Vector256<int> high, Vector256<int> low) =>
        ((high << ResampleTable.LowBits) + low + Vector256.Create(1 << (ResampleTable.FractionBits - 1))) >> ResampleTable.FractionBits;

    private static Vector256<byte> PairOrder => Vector256.Create(
        (byte)0, 255, 4, 255, 1, 255, 5, 255, 2, 255, 6, 255, 3, 255, 7, 255,
        8, 255, 12, 255, 9, 255, 13, 255, 10, 255, 14, 255, 11, 255, 15, 255);

    private static Vector256<byte> HighHalves =>
        Vector256.Create(0x0302010003020100, 0x0302010003020100, 0x0706050407060504, 0x0706050407060504).AsByte();

    private static Vector256<byte> LowHalves =>
        Vector256.Create(0x0b0a09080b0a0908, 0x0b0a09080b0a0908, 0x0f0e0d0c0f0e0d0c, 0x0f0e0d0c0f0e0d0c).AsByte();
}
