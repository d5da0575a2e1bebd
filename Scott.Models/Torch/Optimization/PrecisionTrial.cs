using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>Measures once per process whether this processor multiplies matrices faster in bfloat16 than in single precision.</summary>
/// <remarks>
/// The instructions alone do not tell: AVX512-BF16 is over twice as fast as single precision on AMD's Zen 4, and about half as fast on an Intel
/// processor whose AMX is switched off.
/// </remarks>
internal static class PrecisionTrial
{
    private const int Rounds = 8;

    /// <summary>Noise must not decide: other parts of a step gain less than matrix products, and a run stays with its first choice.</summary>
    private const double WorthwhileRatio = 0.8;

    private static readonly Lazy<bool> Bfloat16Wins = new(() => Bfloat16Support.IsInHardware && MeasureRatio() < WorthwhileRatio);

    /// <summary>Measures on the first call, which takes a few hundredths of a second.</summary>
    public static bool IsBfloat16Faster => Bfloat16Wins.Value;

    /// <summary>The shortest time of a product in bfloat16, divided by that in single precision; both sides take turns.</summary>
    internal static double MeasureRatio()
    {
        TorchRuntime.EnsureLoaded();
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor left = ones(1024, 384), right = ones(384, 384);
        Tensor halfLeft = left.to_type(ScalarType.BFloat16), halfRight = right.to_type(ScalarType.BFloat16);
        (TimeSpan single, TimeSpan half) = (TimeSpan.MaxValue, TimeSpan.MaxValue);
        for (int round = 0; round < Rounds; round++)
        {
            single = Shorter(single, Time(left, right));
            half = Shorter(half, Time(halfLeft, halfRight));
        }

        return half / single;
    }

    private static TimeSpan Time(Tensor left, Tensor right)
    {
        long started = Stopwatch.GetTimestamp();
        using Tensor product = left.matmul(right);
        return Stopwatch.GetElapsedTime(started);
    }

    private static TimeSpan Shorter(TimeSpan first, TimeSpan second) => first < second ? first : second;
}
