using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Scott.Models.Benchmarks.Int8;

/// <summary>How fast this processor adds products with AVX2, in registers alone: what 8-bit integers can gain without VNNI.</summary>
internal static class MachinePeak
{
    private const int Steps = 3_000_000;
    private const int Rounds = 15;

    public static void Print()
    {
        if (!Avx2.IsSupported || !Fma.IsSupported)
            return;

        double[] ratios = new double[Rounds];
        for (int i = 0; i < Rounds; i++)
            ratios[i] = Seconds(Integers) / (6 * 32) / (Seconds(Floats) / (6 * 8));

        Array.Sort(ratios);
        Console.WriteLine($"products of 8-bit integers in registers, AVX2: {ratios[Rounds / 2]:F2}; AVX-VNNI: {AvxVnni.IsSupported}");
    }

    private static double Seconds(Func<int, float> run)
    {
        long start = Stopwatch.GetTimestamp();
        run(Steps);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Six sums of 8 products each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Floats(int steps)
    {
        (Vector256<float> x, Vector256<float> y) = (Vector256.Create(1.0001f), Vector256.Create(1e-9f));
        (Vector256<float> a, Vector256<float> b, Vector256<float> c) = (y, y, y);
        (Vector256<float> d, Vector256<float> e, Vector256<float> f) = (y, y, y);
        for (int i = 0; i < steps; i++)
        {
            a = Fma.MultiplyAdd(x, y, a);
            b = Fma.MultiplyAdd(x, y, b);
            c = Fma.MultiplyAdd(x, y, c);
            d = Fma.MultiplyAdd(x, y, d);
            e = Fma.MultiplyAdd(x, y, e);
            f = Fma.MultiplyAdd(x, y, f);
        }

        return (a + b + c + d + e + f)[0];
    }

    /// <summary>Six sums of 32 products each, as ONNX Runtime computes them: pairs into 16 bits, pairs of those into 32 bits, and the sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Integers(int steps)
    {
        Vector256<short> ones = Vector256.Create((short)1);
        Vector256<byte> x = Vector256.Create((byte)3);
        Vector256<sbyte>[] weights = [.. Enumerable.Range(1, 6).Select(i => Vector256.Create((sbyte)i))];
        (Vector256<sbyte> p, Vector256<sbyte> q, Vector256<sbyte> r) = (weights[0], weights[1], weights[2]);
        (Vector256<sbyte> s, Vector256<sbyte> t, Vector256<sbyte> u) = (weights[3], weights[4], weights[5]);
        (Vector256<int> a, Vector256<int> b, Vector256<int> c) = (default, default, default);
        (Vector256<int> d, Vector256<int> e, Vector256<int> f) = (default, default, default);
        for (int i = 0; i < steps; i++)
        {
            x ^= Vector256.Create((byte)1); // so that the products are not the same in each step
            a += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(x, p), ones);
            b += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(x, q), ones);
            c += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(x, r), ones);
            d += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(x, s), ones);
            e += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(x, t), ones);
            f += Avx2.MultiplyAddAdjacent(Avx2.MultiplyAddAdjacent(x, u), ones);
        }

        return (a + b + c + d + e + f)[0];
    }
}
