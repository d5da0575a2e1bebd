using System.Runtime.InteropServices;
using TorchSharp;

namespace Scott.Models.Native;

/// <summary>Where native libraries may lie: beside the app, in its <c>runtimes</c> folder, where the host probes, and in the NuGet cache.</summary>
internal static class NativeFolders
{
    /// <summary>The portable runtime identifier that packages use, for example <c>linux-x64</c>.</summary>
    public static string RuntimeIdentifier { get; } = (OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux")
        + "-" + RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

    /// <summary>The folders to search, in order; only those that exist.</summary>
    public static IReadOnlyList<string> Candidates()
    {
        IEnumerable<string> folders =
        [
            AppContext.BaseDirectory,
            Native(AppContext.BaseDirectory),
            .. HostFolders(),
            .. AssemblyFolders(),
            .. CacheFolders(),
        ];
        return [.. folders.Where(Directory.Exists).Select(Path.TrimEndingDirectorySeparator).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The full path of a library in the first folder that has it.</summary>
    public static string? Find(IEnumerable<string> folders, string fileName) =>
        folders.Select(folder => Path.Combine(folder, fileName)).FirstOrDefault(File.Exists);

    private static string Native(string root) => Path.Combine(root, "runtimes", RuntimeIdentifier, "native");

    private static string[] HostFolders() =>
        (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string)?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries) ?? [];

    private static IEnumerable<string> AssemblyFolders()
    {
        // A single-file app has no assembly on disk; its natives are in the host's folders.
#pragma warning disable IL3000
        string location = typeof(torch).Assembly.Location;
#pragma warning restore IL3000
        if (location.Length > 0)
        {
            string folder = Path.GetDirectoryName(location)!;
            yield return folder;
            yield return Native(folder);
            yield return Native(Path.GetFullPath(Path.Combine(folder, "..", "..")));
        }
    }

    private static IEnumerable<string> CacheFolders()
    {
        string packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } configured
            ? configured
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        string torchSharpVersion = typeof(torch).Assembly.GetName().Version!.ToString(3);
        yield return Native(Path.Combine(packages, "torchsharp", torchSharpVersion));
        string libtorch = Path.Combine(packages, $"libtorch-cpu-{RuntimeIdentifier}");
        if (Directory.Exists(libtorch))
        {
            foreach (string version in Directory.EnumerateDirectories(libtorch).OrderDescending(StringComparer.Ordinal))
            {
                yield return Native(version);
            }
        }
    }
}
