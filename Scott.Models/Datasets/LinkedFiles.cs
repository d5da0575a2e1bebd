namespace Scott.Models.Datasets;

/// <summary>Recognizes a file under all its paths.</summary>
internal static class LinkedFiles
{
    /// <summary>What is equal for all paths of one file: symbolic links to it, and hard links where the system tells. <see langword="null"/> if a
    /// link leads to no file, or in a circle, or there is no file but for example a pipe.</summary>
    public static object? IdentityOf(string path)
    {
        try
        {
            return FileKind.Find(path, followLinks: true) is not { Type: FileType.Regular } status ? null
                : status.Inode != 0 ? (status.Device, status.Inode)
                : File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
        }
        catch (IOException)
        {
            return null; // The links lead in a circle.
        }
    }
}
