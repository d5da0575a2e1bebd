namespace Scott.Models;

/// <summary>
/// Names of <see cref="AppContext"/> switches for process-wide settings that this package changes. Each is on by default. Switch one off before the
/// first use of torch: <c>AppContext.SetSwitch(ScottSwitches.ShortOpenMPSpin, false)</c>, or in the project file
/// <c>&lt;RuntimeHostConfigurationOption Include="Scott.Models.ShortOpenMPSpin" Value="false" /&gt;</c>.
/// </summary>
public static class ScottSwitches
{
    /// <summary>
    /// On Linux, sets the environment variable <c>GOMP_SPINCOUNT</c> to 1000 when libtorch loads: the threads of OpenMP then spin only briefly before
    /// they sleep. Otherwise they spin so long that they slow each other down on a busy machine: on two busy cores, training steps and feature
    /// extraction took 0.25 to 0.6 times as long with this switch (benchmark <c>process-settings 3 8</c>).
    /// If you have set <c>GOMP_SPINCOUNT</c> or <c>OMP_WAIT_POLICY</c>, nothing is changed.
    /// </summary>
    public const string ShortOpenMPSpin = "Scott.Models.ShortOpenMPSpin";

    internal static bool IsOn(string name) => !AppContext.TryGetSwitch(name, out bool isOn) || isOn;
}
