namespace Scott.Models.Datasets;

/// <summary>Paths relative to the folder of a dataset, which stay the same when the folder is moved, with slashes on every system.</summary>
internal static class RelativePaths
{
    public static string Of(string folder, string path)
    {
        string relative = Path.GetRelativePath(folder, path);
        return Path.DirectorySeparatorChar == '/' ? relative : relative.Replace(Path.DirectorySeparatorChar, '/');
    }

    /// <summary>The deepest folder that all files lie below; the working folder if there is no file, or they share none.</summary>
    public static string CommonFolder(IEnumerable<string> paths)
    {
        string? common = null;
        foreach (string path in paths)
        {
            string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? string.Empty;
            common ??= folder;
            while (common.Length > 0 && !IsWithin(folder, common))
                common = Path.GetDirectoryName(common) ?? string.Empty;
        }

        return string.IsNullOrEmpty(common) ? Directory.GetCurrentDirectory() : common;
    }

    private static bool IsWithin(string folder, string above) =>
        folder.StartsWith(above, StringComparison.Ordinal)
        && (folder.Length == above.Length || Path.EndsInDirectorySeparator(above) || folder[above.Length] == Path.DirectorySeparatorChar);
}
