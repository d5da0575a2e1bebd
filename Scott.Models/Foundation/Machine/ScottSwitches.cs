namespace Scott.Models.Foundation;

/// <summary>
/// Names of <see cref="AppContext"/> switches for what this package changes in the whole process. Each is on by default. Switch one off before the
/// first use of torch: <c>AppContext.SetSwitch(ScottSwitches.ShortOpenMPSpin, false)</c>, or in the project file
/// <c>&lt;RuntimeHostConfigurationOption Include="Scott.Models.ShortOpenMPSpin" Value="false" /&gt;</c>.
/// </summary>
public static class ScottSwitches
{
    /// <summary>
    /// On Linux, when libtorch loads, the environment variable <c>GOMP_SPINCOUNT</c> is set to 1000: OpenMP's threads then spin only briefly before
    /// they sleep. By default they spin so long that on a busy machine they keep each other from working: on two busy cores, training steps and
    /// feature extraction took 0.25 to 0.6 of the time with this switch (benchmark <c>process-settings 3 8</c>).
    /// Your own <c>GOMP_SPINCOUNT</c> or <c>OMP_WAIT_POLICY</c> is left alone.
    /// </summary>
    public const string ShortOpenMPSpin = "Scott.Models.ShortOpenMPSpin";

    internal static bool IsOn(string name) => !AppContext.TryGetSwitch(name, out bool isOn) || isOn;
}
