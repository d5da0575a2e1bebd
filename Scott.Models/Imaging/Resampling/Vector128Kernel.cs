using System.Runtime.Intrinsics;

namespace Scott.Models.Imaging;

/// <summary>The passes with 128-bit vectors of 32-bit numbers, which every 64-bit machine has.</summary>
internal readonly struct Vector128Kernel : IResampleKernel
{
    private const int BlockBytes = 16;

    public static unsafe void Horizontal(byte* source, int sourceStride, byte* destination, int destinationStride, int rows, ResampleTable table)
    {
        for (int row = 0; row < rows; row++)
        {
            uint* from = (uint*)(source + ((long)row * sourceStride));
            uint* to = (uint*)(destination + ((long)row * destinationStride));
            for (int pixel = 0; pixel < table.Count; pixel++)
            {
                uint* first = from + table.Starts[pixel];
                Vector128<int> sum = Half;
                for (int tap = 0; tap < table.Counts[pixel]; tap++)
                {
                    // One pixel's four bytes, widened.
                    Vector128<ushort> wide = Vector128.WidenLower(Vector128.CreateScalar(first[tap]).AsByte());
                    sum += Vector128.WidenLower(wide).AsInt32() * table.Coefficient(pixel, tap);
                }

                to[pixel] = ToBytes(sum, sum, sum, sum).AsUInt32().ToScalar();
            }
        }
    }

    public static unsafe void Vertical(byte* source, int sourceStride, byte* destination, int rowBytes, ResampleTable table)
    {
        for (int row = 0; row < table.Count; row++)
        {
            byte* first = source + ((long)(table.Starts[row] - table.FirstSource) * sourceStride);
            byte* to = destination + ((long)row * rowBytes);
            for (int i = 0; i < rowBytes; i += BlockBytes)
            {
                Vector128<int> sum0 = Half, sum1 = Half, sum2 = Half, sum3 = Half;
                for (int tap = 0; tap < table.Counts[row]; tap++)
                {
                    int coefficient = table.Coefficient(row, tap);
                    (Vector128<ushort> low, Vector128<ushort> high) = Vector128.Widen(Vector128.Load(first + i + ((long)tap * sourceStride)));
                    sum0 += Vector128.WidenLower(low).AsInt32() * coefficient;
                    sum1 += Vector128.WidenUpper(low).AsInt32() * coefficient;
                    sum2 += Vector128.WidenLower(high).AsInt32() * coefficient;
                    sum3 += Vector128.WidenUpper(high).AsInt32() * coefficient;
                }

                ToBytes(sum0, sum1, sum2, sum3).Store(to + i);
            }
        }
    }

    private static Vector128<int> Half => Vector128.Create(1 << (ResampleTable.FractionBits - 1));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> ToBytes(Vector128<int> a, Vector128<int> b, Vector128<int> c, Vector128<int> d) =>
        Vector128.Narrow(Vector128.Narrow(Clip(a), Clip(b)).AsUInt16(), Vector128.Narrow(Clip(c), Clip(d)).AsUInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Clip(Vector128<int> sum) =>
        Vector128.Min(Vector128.Max(sum >> ResampleTable.FractionBits, Vector128<int>.Zero), Vector128.Create((int)byte.MaxValue));
}
