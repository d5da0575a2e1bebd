using System.Reflection;

namespace Scott.Models.Foundation;

/// <summary>Where native libraries may be: beside the app, in its <c>runtimes</c> folder, where the host looks, and beside their caller.</summary>
internal static class NativeFolders
{
    /// <summary>The portable runtime identifier that packages use, for example <c>linux-x64</c>.</summary>
    public static string RuntimeIdentifier { get; } = (OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux")
        + "-" + RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

    /// <summary>The folders to search, in order; only those that exist.</summary>
    /// <param name="caller">The managed library that calls the native one.</param>
    public static IReadOnlyList<string> Candidates(Assembly caller)
    {
        IEnumerable<string> folders =
        [
            AppContext.BaseDirectory,
            Native(AppContext.BaseDirectory),
            .. HostFolders(),
            .. AssemblyFolders(caller),
        ];
        return [.. folders.Where(Directory.Exists).Select(Path.TrimEndingDirectorySeparator).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The full path of a library in the first folder that has it.</summary>
    public static string? Find(IEnumerable<string> folders, string fileName) =>
        folders.Select(folder => Path.Combine(folder, fileName)).FirstOrDefault(File.Exists);

    private static string Native(string root) => Path.Combine(root, "runtimes", RuntimeIdentifier, "native");

    private static string[] HostFolders() =>
        (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string)?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries) ?? [];

    private static IEnumerable<string> AssemblyFolders(Assembly caller)
    {
        // A single-file app has no assembly on disk; its natives are in the host's folders.
#pragma warning disable IL3000
        string location = caller.Location;
#pragma warning restore IL3000
        if (location.Length == 0)
            yield break;

        string folder = Path.GetDirectoryName(location)!;
        yield return folder;
        yield return Native(folder);
        foreach (string cached in CacheFolders(folder))
            yield return cached;
    }

    /// <summary>
    /// The natives beside a TorchSharp that runs directly from the NuGet cache, as in notebooks and scripts. An app with its own copy does not
    /// use the cache: it would run here and fail where it is deployed.
    /// </summary>
    private static IEnumerable<string> CacheFolders(string assemblyFolder)
    {
        // <packages>/torchsharp/<version>/lib/<framework>/TorchSharp.dll
        var version = new DirectoryInfo(Path.GetFullPath(Path.Combine(assemblyFolder, "..", "..")));
        if (version.Parent is not { Name: "torchsharp", Parent: { } packages })
            yield break;

        yield return Native(version.FullName);
        var libtorch = new DirectoryInfo(Path.Combine(packages.FullName, $"libtorch-cpu-{RuntimeIdentifier}"));
        if (libtorch.Exists)
        {
            foreach (DirectoryInfo found in libtorch.EnumerateDirectories().OrderByDescending(
                entry => Version.TryParse(entry.Name, out Version? parsed) ? parsed : null))
            {
                yield return Native(found.FullName);
            }
        }
    }
}
