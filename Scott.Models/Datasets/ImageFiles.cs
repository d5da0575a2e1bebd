using System.IO.Enumeration;
using Scott.Models.Imaging;

namespace Scott.Models.Datasets;

/// <summary>The image files below a folder, and how many other files there are.</summary>
internal sealed record ImageFiles(string[] Images, IReadOnlyDictionary<string, int> Skipped, int SystemEntries)
{
    private static readonly HashSet<string> Extensions = new(ImageDecoder.FileExtensions, StringComparer.OrdinalIgnoreCase);

    /// <summary>What operating systems, NAS systems and archive programs add to folders: thumbnails, deleted files, resource forks.</summary>
    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> SystemNames = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
    {
        "@eaDir", "@tmp", "#recycle", "#snapshot", "@Recycle", "@Recently-Snapshot", "@Transcode", "__MACOSX", "$RECYCLE.BIN", "RECYCLER",
        "System Volume Information", "lost+found", "Thumbs.db", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini", "Icon\r",
    }.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Finds the files of a folder. Those of another extension can count as images too.</summary>
    public static ImageFiles Find(string folder, bool isRecursive, string? alsoExtension = null)
    {
        int system = 0;
        var files = new FileSystemEnumerable<string>(folder, (ref FileSystemEntry entry) => entry.ToSpecifiedFullPath(), Options(isRecursive))
        {
            // Asked once for each file and each folder.
            ShouldIncludePredicate = (ref FileSystemEntry entry) =>
            {
                bool isSystem = IsSystem(ref entry);
                system += isSystem ? 1 : 0;
                return !isSystem && !entry.IsDirectory;
            },

            // A link to a folder above would never end.
            ShouldRecursePredicate = (ref FileSystemEntry entry) => !IsSystem(ref entry) && !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        };
        ILookup<bool, string> found = files.ToLookup(file =>
            Extensions.Contains(Path.GetExtension(file))
            || (alsoExtension is not null && file.EndsWith(alsoExtension, StringComparison.OrdinalIgnoreCase)));

        // With the same separator, the order is the same on every system.
        return new ImageFiles(
            [.. found[true].OrderBy(file => file.Replace(Path.DirectorySeparatorChar, '/'), StringComparer.Ordinal)],
            SkippedFileCounts.Sum(found[false].Select(file => new Dictionary<string, int> { [Path.GetExtension(file).ToLowerInvariant()] = 1 })),
            system);
    }

    /// <summary>The folders in a folder, in ordinal order of their names.</summary>
    public static string[] Folders(string root)
    {
        var folders = new FileSystemEnumerable<string>(root, (ref FileSystemEntry entry) => entry.ToSpecifiedFullPath(), Options(isRecursive: false))
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => entry.IsDirectory && !IsSystem(ref entry),
        };
        return [.. folders.Order(StringComparer.Ordinal)];
    }

    private static EnumerationOptions Options(bool isRecursive) => new()
    {
        RecurseSubdirectories = isRecursive,
        IgnoreInaccessible = false,
        AttributesToSkip = FileAttributes.None, // they are counted
    };

    /// <summary>Unix hides names that begin with a full stop. On other systems they come from Unix, or from programs that do the same.</summary>
    private static bool IsSystem(ref FileSystemEntry entry) =>
        entry.FileName.StartsWith('.') || SystemNames.Contains(entry.FileName)
        || (entry.Attributes & (FileAttributes.Hidden | FileAttributes.System)) != 0;
}
