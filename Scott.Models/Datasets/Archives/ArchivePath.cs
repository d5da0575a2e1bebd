namespace Scott.Models.Datasets;

/// <summary>Turns the names of an archive's entries into paths. No path leads out of the folder, on any system.</summary>
internal sealed class ArchivePath(string root, string archive)
{
    /// <summary>The ending of an unfinished file, whose name is a dot, a hash of the final name, and this.</summary>
    private const string PartEnding = ".part";

    private static readonly HashSet<string> Reserved = new(
        ["con", "prn", "aux", "nul", "conin$", "conout$", .. Enumerable.Range(0, 10).SelectMany(digit => new[] { $"com{digit}", $"lpt{digit}" })],
        StringComparer.OrdinalIgnoreCase);
    private static readonly SearchValues<char> Special = SearchValues.Create("<>:\"|?*");

    /// <summary>Folders that are known to be folders and no links.</summary>
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);
    /// <summary>The first spelling of each name that was written.</summary>
    private readonly Dictionary<string, string> _written = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The path of the unfinished file, which is renamed to <paramref name="target"/> when it is complete. Its name is short: the final name
    /// can have as many bytes as a name may have.</summary>
    public static string PartOf(string target)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFileName(target)));
        return Path.Combine(Path.GetDirectoryName(target)!, $".{Convert.ToHexStringLower(hash, 0, sizeof(ulong))}{PartEnding}");
    }

    /// <summary>Whether every system accepts a name. Windows drops dots and spaces at the end, and device names and some signs are special.</summary>
    public static bool IsPortable(string segment) =>
        segment[^1] is not ('.' or ' ')
        && !segment.Any(char.IsControl)
        && !segment.AsSpan().ContainsAny(Special)
        && !Reserved.Contains(segment.Split('.')[0].TrimEnd(' '))
        && !(segment[0] == '.' && segment.EndsWith(PartEnding, StringComparison.OrdinalIgnoreCase));

    /// <summary>Makes the folder of an entry.</summary>
    public void MakeFolder(string name) => MakeFolders(Segments(name), name);

    /// <summary>The path of a file's entry. Makes the folder that it is in.</summary>
    public string FileOf(string name)
    {
        string[] segments = Segments(name);
        if (segments.Length == 0 || name.EndsWith('/') || name.EndsWith("/.", StringComparison.Ordinal))
            throw Fault(DatasetArchiveFault.PathOutsideFolder, name, "is a file, but its name is that of a folder; the file was not written");

        string target = Path.Combine(MakeFolders(segments[..^1], name), segments[^1]);
        RequireFreeName(target, name);
        return target;
    }

    /// <summary>The segments of a name, without those that mean the folder itself.</summary>
    private string[] Segments(string name)
    {
        // A backslash belongs to a name on one system and separates names on another; no dataset's archive has one.
        bool isPlain = name.Length > 0
            && !name.StartsWith('/')
            && !Path.IsPathRooted(name)
            && !HasDrive(name)
            && name.AsSpan().IndexOfAny('\\', '\0') < 0;
        string[] segments = [.. name.Split('/').Where(segment => segment.Length > 0 && segment != ".")];
        if (!isPlain || segments.Any(segment => segment.Trim(' ') is ".." or "."))
        {
            const string Detail = "leads out of the folder to unpack into; nothing was written there. Do not trust this archive";
            throw Fault(DatasetArchiveFault.PathOutsideFolder, name, Detail);
        }

        return Array.Find(segments, segment => !IsPortable(segment)) is { } bad
            ? throw Fault(DatasetArchiveFault.UnsafeName, name, $"has the segment '{Quoted.Value(bad)}', which is not a plain name on every system")
            : segments;
    }

    private static bool HasDrive(string name) => name.Length > 1 && name[1] == ':' && char.IsAsciiLetter(name[0]);

    /// <summary>Makes each folder of the path. Refuses links, because a link could lead out of the root folder.</summary>
    private string MakeFolders(string[] segments, string name)
    {
        string folder = root;
        foreach (string segment in segments)
        {
            folder = Path.Combine(folder, segment);
            if (_folders.Contains(folder))
                continue;

            FileStatus? found = FileKind.Find(folder, followLinks: false);
            if (found is null)
            {
                Directory.CreateDirectory(folder);
            }
            else if (found.Value.Type != FileType.Directory)
            {
                string detail = $"would be written through the symbolic link '{folder}'. Remove the link, or unpack into another folder";
                throw found.Value.Type == FileType.Link
                    ? Fault(DatasetArchiveFault.PathOutsideFolder, name, detail)
                    : Fault(DatasetArchiveFault.UnsafeName, name, $"needs a folder where '{folder}' is {found.Value.Noun}");
            }

            _folders.Add(folder);
        }

        return folder;
    }

    private void RequireFreeName(string target, string name)
    {
        FileStatus? found = FileKind.Find(target, followLinks: false);
        if (found is { Type: FileType.Directory })
            throw Fault(DatasetArchiveFault.UnsafeName, name, $"is a file where '{target}' is a folder");

        // If the file system treats both names as one, the second file would replace the first.
        if (!_written.TryAdd(target, target) && _written[target] != target && found is not null && IsOneFile(target, found.Value))
        {
            string detail = $"differs from '{_written[target]}' only in case, and this file system treats both as one";
            throw Fault(DatasetArchiveFault.UnsafeName, name, detail);
        }
    }

    private bool IsOneFile(string target, FileStatus found) => FileKind.Find(_written[target], followLinks: false) == found;

    private DatasetArchiveException Fault(DatasetArchiveFault fault, string name, string detail) =>
        new(archive, fault, $"its entry '{Quoted.Value(name)}' {detail}.") { Entry = name };
}
