using System.Runtime.InteropServices;
using TorchSharp;

namespace Scott.Models.Foundation;

/// <summary>Where native libraries may lie: beside the app, in its <c>runtimes</c> folder, where the host probes, and beside TorchSharp.</summary>
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
        if (location.Length == 0)
        {
            yield break;
        }

        string folder = Path.GetDirectoryName(location)!;
        yield return folder;
        yield return Native(folder);
        foreach (string cached in CacheFolders(folder))
        {
            yield return cached;
        }
    }

    /// <summary>
    /// The natives beside a TorchSharp that runs right out of the NuGet cache, as in notebooks and scripts. An app with its own copy is not
    /// helped out from the cache: it would run here and fail where it is deployed.
    /// </summary>
    private static IEnumerable<string> CacheFolders(string assemblyFolder)
    {
        // <packages>/torchsharp/<version>/lib/<framework>/TorchSharp.dll
        var version = new DirectoryInfo(Path.GetFullPath(Path.Combine(assemblyFolder, "..", "..")));
        if (version.Parent is not { Name: "torchsharp", Parent: { } packages })
        {
            yield break;
        }

        yield return Native(version.FullName);
        var libtorch = new DirectoryInfo(Path.Combine(packages.FullName, $"libtorch-cpu-{RuntimeIdentifier}"));
        if (libtorch.Exists)
        {
            foreach (DirectoryInfo found in libtorch.EnumerateDirectories().OrderByDescending(entry => Version.TryParse(entry.Name, out Version? parsed) ? parsed : null))
            {
                yield return Native(found.FullName);
            }
        }
    }
}
