using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Scott.Models.Foundation;

/// <summary>Finds out what the processor offers for matrix arithmetic.</summary>
internal static class ProcessorProbe
{
    private const string CpuInfo = "/proc/cpuinfo";

    public static IEnumerable<DiagnosticsEntry> Examine()
    {
        yield return new DiagnosticsEntry("processor", $"{Environment.ProcessorCount} logical cores; {string.Join(", ", Features())}");
        yield return new DiagnosticsEntry("memory", $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20} MiB for this process");
    }

    private static string[] Features()
    {
        (string Name, bool IsThere)[] known =
        [
            ("AVX2", Avx2.IsSupported),
            ("FMA", Fma.IsSupported),
            ("AVX-512", Avx512F.IsSupported),
            ("AVX-512 VNNI", HasFlag("avx512_vnni")),
            ("BF16", Bfloat16Support.IsInHardware),
            ("AdvSIMD", AdvSimd.IsSupported),
        ];
        string[] there = [.. known.Where(feature => feature.IsThere).Select(feature => feature.Name)];
        return there.Length > 0 ? there : ["no known vector extension"];
    }

    /// <summary>Looks up what .NET has no property for, on Linux only.</summary>
    private static bool HasFlag(string flag) => File.Exists(CpuInfo) && File.ReadLines(CpuInfo)
        .FirstOrDefault(line => line.StartsWith("flags", StringComparison.Ordinal), string.Empty).Split(' ').Contains(flag);
}
