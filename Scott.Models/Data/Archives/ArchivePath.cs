using Scott.Models.Errors;

namespace Scott.Models.Data.Archives;

/// <summary>Turns an archive's entries into paths, none of which leads out of the folder.</summary>
internal static class ArchivePath
{
    /// <exception cref="DatasetArchiveException">The name is absolute, goes up, or is of another system's form.</exception>
    public static string Resolve(string root, string name, string archive)
    {
        // A backslash is part of a name on one system and goes up on another; no dataset's archive has one.
        bool isPlain = name.Length > 0 && !name.StartsWith('/') && !Path.IsPathRooted(name) && !name.Contains('\\') && !name.Contains('\0')
            && !name.Split('/').Contains("..");
        string target = isPlain ? Path.GetFullPath(Path.Combine(root, name.TrimEnd('/'))) : string.Empty;
        string below = Path.EndsInDirectorySeparator(root) ? root : root + Path.DirectorySeparatorChar;
        return target == root || target.StartsWith(below, StringComparison.Ordinal)
            ? target
            : throw new DatasetArchiveException(
                archive, DatasetArchiveFault.PathOutsideFolder, $"its entry '{name}' leads out of the folder to unpack into; nothing was written there. Do not trust this archive.")
            {
                Entry = name,
            };
    }
}
