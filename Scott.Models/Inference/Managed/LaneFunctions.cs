namespace Scott.Models.Inference;

/// <summary>The functions that activations and the softmax need, by the same operations for every width of registers.</summary>
internal static class LaneFunctions<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    // Where the exponential of a number is a normal number.
    private const float Smallest = -87;
    private const float Largest = 88;

    // ln 2 in two parts: products of the first with whole numbers up to 127 are exact.
    private const float Ln2Upper = 0.693359375f;
    private const float Ln2Lower = -2.1219444e-4f;

    /// <summary><c>eˣ</c>: a power of two, times the Taylor series up to the seventh power, within ½·ln 2 of 0. Relative error under 3e-7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Exp(TVector x)
    {
        x = TLanes.Min(TLanes.Max(x, TLanes.All(Smallest)), TLanes.All(Largest));
        TVector power = TLanes.Round(TLanes.Multiply(x, TLanes.All(1.44269504f)));
        TVector rest = TLanes.MultiplyAdd(power, TLanes.All(-Ln2Upper), x);
        rest = TLanes.MultiplyAdd(power, TLanes.All(-Ln2Lower), rest);
        TVector sum = TLanes.All(1f / 5040);
        sum = TLanes.MultiplyAdd(sum, rest, TLanes.All(1f / 720));
        sum = TLanes.MultiplyAdd(sum, rest, TLanes.All(1f / 120));
        sum = TLanes.MultiplyAdd(sum, rest, TLanes.All(1f / 24));
        sum = TLanes.MultiplyAdd(sum, rest, TLanes.All(1f / 6));
        sum = TLanes.MultiplyAdd(sum, rest, TLanes.All(1f / 2));
        sum = TLanes.MultiplyAdd(sum, rest, TLanes.All(1));
        sum = TLanes.MultiplyAdd(sum, rest, TLanes.All(1));
        return TLanes.Multiply(sum, TLanes.PowerOfTwo(power));
    }

    /// <summary><c>x·sigmoid(x)</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Silu(TVector x) => TLanes.Divide(x, TLanes.Add(TLanes.All(1), Exp(TLanes.Subtract(TLanes.All(0), x))));

    /// <summary><c>x·½·(1 + erf(x/√2))</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Gelu(TVector x)
    {
        TVector half = TLanes.Multiply(x, TLanes.All(0.5f));
        return TLanes.MultiplyAdd(half, Erf(TLanes.Multiply(x, TLanes.All(0.70710678f))), half);
    }

    /// <summary>Abramowitz and Stegun, Handbook of Mathematical Functions, formula 7.1.26. Its error is under 1.5e-7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Erf(TVector x)
    {
        TVector size = TLanes.Abs(x);
        TVector t = TLanes.Divide(TLanes.All(1), TLanes.MultiplyAdd(size, TLanes.All(0.3275911f), TLanes.All(1)));
        TVector sum = TLanes.All(1.061405429f);
        sum = TLanes.MultiplyAdd(sum, t, TLanes.All(-1.453152027f));
        sum = TLanes.MultiplyAdd(sum, t, TLanes.All(1.421413741f));
        sum = TLanes.MultiplyAdd(sum, t, TLanes.All(-0.284496736f));
        sum = TLanes.MultiplyAdd(sum, t, TLanes.All(0.254829592f));
        TVector rest = TLanes.Multiply(TLanes.Multiply(sum, t), Exp(TLanes.Subtract(TLanes.All(0), TLanes.Multiply(size, size))));
        return TLanes.CopySign(TLanes.Subtract(TLanes.All(1), rest), x);
    }
}
