using Microsoft.Extensions.FileSystemGlobbing;
using Microsoft.Extensions.FileSystemGlobbing.Abstractions;
using Scott.Models.Datasets;

namespace Scott.Models.Cli;

/// <summary>Files, folders and globs as one list of files: each argument's in ordinal order, none twice.</summary>
internal static class InputFiles
{
    /// <summary>Compares full paths as the system does: without regard to case on Windows and macOS.</summary>
    public static StringComparer Paths { get; } =
        OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    /// <exception cref="UsageException">An argument names nothing.</exception>
    public static IReadOnlyList<string> Expand(IEnumerable<string> arguments)
    {
        // The files of one argument are different ones, even if only their case differs.
        var seen = new HashSet<string>(Paths);
        List<string> all = [];
        foreach (string argument in arguments)
        {
            string[] found = [.. ExpandOne(argument).Where(path => !seen.Contains(Path.GetFullPath(path)))];
            seen.UnionWith(found.Select(Path.GetFullPath));
            all.AddRange(found);
        }

        return all;
    }

    private static string[] ExpandOne(string argument)
    {
        // A file may have a star in its name, so an existing path comes first. A file given by name is taken whatever its extension.
        if (File.Exists(argument))
            return [argument];

        bool isFolder = Directory.Exists(argument);
        if (!isFolder && !argument.Contains('*', StringComparison.Ordinal))
        {
            string hint = argument.StartsWith('-') ? " Run with --help to see the options." : string.Empty;
            throw new UsageException($"'{argument}' does not exist.{hint}");
        }

        string[] found = [.. (isFolder ? Folder(argument) : Glob(argument)).Order(StringComparer.Ordinal)];
        return found.Length > 0 ? found : throw new UsageException($"No file matches '{argument}'.");
    }

    private static IEnumerable<string> Folder(string folder)
    {
        try
        {
            var images = ImageFolder.Open(folder);
            return Enumerable.Range(0, images.Count).Select(images.NameOf);
        }
        catch (DatasetException exception)
        {
            throw new UsageException(exception.Message, exception);
        }
    }

    private static IEnumerable<string> Glob(string pattern)
    {
        // The matcher takes a folder that exists and a pattern below it: cut before the first part with a star.
        string[] parts = pattern.Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar);
        int fixedParts = parts.TakeWhile(part => !part.Contains('*', StringComparison.Ordinal)).Count();
        string folder = string.Concat(parts.Take(fixedParts).Select(part => part + Path.DirectorySeparatorChar));
        var directory = new DirectoryInfo(folder.Length > 0 ? folder : ".");
        var matcher = new Matcher().AddInclude(string.Join('/', parts.Skip(fixedParts)));
        return directory.Exists ? matcher.Execute(new DirectoryInfoWrapper(directory)).Files.Select(file => folder + file.Path) : [];
    }
}
