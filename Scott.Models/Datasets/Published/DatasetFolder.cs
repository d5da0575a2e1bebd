namespace Scott.Models.Datasets;

/// <summary>The folder of a published dataset.</summary>
internal static class DatasetFolder
{
    /// <summary>The folder that holds the files: the one given, or the one in it that the archive makes.</summary>
    /// <param name="folder">The folder given.</param>
    /// <param name="form">What the dataset is, for the message.</param>
    /// <param name="archiveFolder">The folder that the archive makes, if it makes one.</param>
    /// <param name="entries">The files needed, and with a closing slash, the folders.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="DatasetFormatException">Something is not in it.</exception>
    public static string Require(string folder, string form, string? archiveFolder, params IReadOnlyList<string> entries)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"The folder '{folder}' does not exist.");
        }

        string root = archiveFolder is not null && Directory.Exists(Path.Combine(folder, archiveFolder)) ? Path.Combine(folder, archiveFolder) : folder;
        string[] missing = [.. entries.Where(entry => !Exists(Path.Combine(root, entry)))];
        return missing.Length == 0
            ? root
            : throw new DatasetFormatException(
                root, DatasetFault.MissingFile, $"it lacks {string.Join(", ", missing)}; expected {form} there. Unpack all of the dataset's archives into it.");
    }

    private static bool Exists(string path) => path.EndsWith('/') ? Directory.Exists(path) : File.Exists(path);
}
