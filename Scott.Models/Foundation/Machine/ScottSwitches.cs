namespace Scott.Models.Foundation;

/// <summary>
/// Names of <see cref="AppContext"/> switches for what this package changes in the whole process, on Linux only. Each is on by default. Switch one
/// off before the first use of torch: <c>AppContext.SetSwitch(ScottSwitches.KeepTrainingMemory, false)</c>, or in the project file
/// <c>&lt;RuntimeHostConfigurationOption Include="Scott.Models.KeepTrainingMemory" Value="false" /&gt;</c>.
/// </summary>
public static class ScottSwitches
{
    /// <summary>
    /// During a training run glibc's allocator keeps freed memory (<c>mallopt</c>: no trimming, no mapped blocks), because every step asks for the
    /// same large blocks. Measured: a step takes about two thirds of the time. After the last run the memory goes back to the system and glibc's
    /// documented defaults are set. glibc gives no way to read what was set before, and never adjusts its thresholds itself again: switch this off in
    /// a process that calls <c>mallopt</c>. Where a <c>MALLOC_</c> variable or <c>GLIBC_TUNABLES</c> sets up the allocator, it is left alone.
    /// </summary>
    public const string KeepTrainingMemory = "Scott.Models.KeepTrainingMemory";

    /// <summary>
    /// When libtorch loads, the variable <c>GOMP_SPINCOUNT</c> is set to 1000, so that OpenMP's threads spin only briefly for the next piece of work
    /// before they sleep; by default they spin so long that on a busy machine they keep each other from working. Measured on a busy machine of two
    /// cores: training steps and feature extraction take about a third of the time. Your own <c>GOMP_SPINCOUNT</c> or <c>OMP_WAIT_POLICY</c> is left
    /// alone.
    /// </summary>
    public const string ShortOpenMpSpin = "Scott.Models.ShortOpenMpSpin";

    internal static bool IsOn(string name) => !AppContext.TryGetSwitch(name, out bool isOn) || isOn;
}
