using System.Diagnostics.CodeAnalysis;

namespace Scott.Models.Inference;

/// <summary>
/// Whether this program has the engines with native libraries. A program that is trimmed or compiled ahead of time can leave them out, with
/// <c>&lt;ScottNativeEngines&gt;false&lt;/ScottNativeEngines&gt;</c> in its project.
/// </summary>
internal static class NativeEngines
{
    private const string Switch = "Scott.Models.NativeEngines";

    [FeatureSwitchDefinition(Switch)]
    public static bool AreIncluded => !AppContext.TryGetSwitch(Switch, out bool isOn) || isOn;
}
