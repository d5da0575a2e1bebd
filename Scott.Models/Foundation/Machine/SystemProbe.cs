using System.Reflection;

namespace Scott.Models.Foundation;

/// <summary>Finds out versions, the operating system and its C and C++ libraries.</summary>
internal static class SystemProbe
{
    private const string LibstdcxxPrefix = "GLIBCXX_";
    private static readonly Version NeededGlibc = new(2, 34);

    public static IEnumerable<DiagnosticsEntry> Examine()
    {
        string version = typeof(SystemProbe).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
        yield return new DiagnosticsEntry("Scott.Models", version);
        yield return new DiagnosticsEntry(".NET", RuntimeInformation.FrameworkDescription);
        yield return new DiagnosticsEntry("operating system", $"{RuntimeInformation.OSDescription}, {RuntimeInformation.RuntimeIdentifier}");
        if (OperatingSystem.IsLinux())
        {
            yield return ExamineGlibc();
            yield return ExamineLibstdcxx();
        }
    }

    private static DiagnosticsEntry ExamineGlibc() => SystemLibraries.GlibcVersion() switch
    {
        null => new DiagnosticsEntry("glibc", "not found", "libtorch needs glibc; use a system or image based on Debian, Ubuntu or Red Hat."),
        { } text when Version.TryParse(text, out Version? version) && version < NeededGlibc =>
            new DiagnosticsEntry("glibc", text, $"libtorch needs {NeededGlibc}; use Debian 12, Ubuntu 22.04 or newer."),
        { } text => new DiagnosticsEntry("glibc", text),
    };

    private static DiagnosticsEntry ExamineLibstdcxx()
    {
        IReadOnlyList<string> versions = SystemLibraries.LibstdcxxVersions();
        string? newest = versions
            .Where(name => name.StartsWith(LibstdcxxPrefix, StringComparison.Ordinal))
            .MaxBy(name => Version.TryParse(name[LibstdcxxPrefix.Length..], out Version? version) ? version : new Version(0, 0));
        return newest is null
            ? new DiagnosticsEntry("libstdc++", "not found", "libtorch needs it; install the system's package libstdc++6.")
            : new DiagnosticsEntry("libstdc++", $"up to {newest}");
    }
}
