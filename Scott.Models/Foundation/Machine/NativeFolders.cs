using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Scott.Models.Foundation;

/// <summary>Finds native libraries: beside the app, in its <c>runtimes</c> folder, in the host's folders, and beside their caller.</summary>
internal static class NativeFolders
{
    /// <summary>The portable runtime identifier that packages use, for example <c>linux-x64</c>.</summary>
    public static string RuntimeIdentifier { get; } = (OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux")
        + "-" + RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

    /// <summary>The folders to search, in order; only those that exist. The caller is the managed library that calls the native one.</summary>
    public static IReadOnlyList<string> Candidates(Assembly caller)
    {
        string app = AppContext.BaseDirectory;
        IEnumerable<string> folders = [app, Native(app), .. HostFolders(), .. AssemblyFolders(caller)];
        return [.. folders.Where(Directory.Exists).Select(Path.TrimEndingDirectorySeparator).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The full path of a library in the first folder that has it.</summary>
    public static string? Find(IEnumerable<string> folders, string fileName) =>
        folders.Select(folder => Path.Combine(folder, fileName)).FirstOrDefault(File.Exists);

    private static string Native(string root) => Path.Combine(root, "runtimes", RuntimeIdentifier, "native");

    private static string[] HostFolders() =>
        (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string)?.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries) ?? [];

    [UnconditionalSuppressMessage("SingleFile", "IL3000", Justification = "Without an assembly on disk, the folders of the host are enough.")]
    private static IEnumerable<string> AssemblyFolders(Assembly caller)
    {
        string? folder = Path.GetDirectoryName(caller.Location);
        return string.IsNullOrEmpty(folder) ? [] : [folder, Native(folder), .. CacheFolders(folder)];
    }

    /// <summary>The native libraries for a TorchSharp that runs directly from the NuGet cache, as in notebooks and scripts. An app with its own copy
    /// of TorchSharp does not use the cache: it would run here, and fail on the machine where it is deployed.</summary>
    private static IEnumerable<string> CacheFolders(string assemblyFolder)
    {
        // <packages>/torchsharp/<version>/lib/<framework>/TorchSharp.dll
        var version = new DirectoryInfo(Path.GetFullPath(Path.Combine(assemblyFolder, "..", "..")));
        if (version.Parent is not { Name: "torchsharp", Parent: { } packages })
            return [];

        var libtorch = new DirectoryInfo(Path.Combine(packages.FullName, $"libtorch-cpu-{RuntimeIdentifier}"));
        IEnumerable<DirectoryInfo> newestFirst = libtorch.Exists
            ? libtorch.EnumerateDirectories().OrderByDescending(entry => Version.TryParse(entry.Name, out Version? parsed) ? parsed : null)
            : [];
        return newestFirst.Prepend(version).Select(folder => Native(folder.FullName));
    }
}
