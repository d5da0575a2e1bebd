using System.Runtime.Intrinsics.X86;

namespace Scott.Models.Foundation;

/// <summary>Tells whether the processor multiplies bfloat16 in hardware. Otherwise libtorch computes bfloat16 many times slower than float.</summary>
internal static class Bfloat16Support
{
    private const int ExtendedFeatures = 7;
    private const int AmxFlag = 1 << 22; // Sub-leaf 0, EDX: AMX-BF16.
    private const int Avx512Flag = 1 << 5; // Sub-leaf 1, EAX: AVX512-BF16.

    public static bool IsInHardware { get; } = Probe();

    private static bool Probe()
    {
        // The operating system must save the wide registers too. IsSupported checks that.
        if (!X86Base.IsSupported || !Avx512F.IsSupported || X86Base.CpuId(0, 0).Eax < ExtendedFeatures)
            return false;

        return (X86Base.CpuId(ExtendedFeatures, 0).Edx & AmxFlag) != 0 || (X86Base.CpuId(ExtendedFeatures, 1).Eax & Avx512Flag) != 0;
    }
}
