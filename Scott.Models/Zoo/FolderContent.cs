using System.IO.Enumeration;
using Scott.Models.Downloads;

namespace Scott.Models.Zoo;

/// <summary>Finds the files that the manifests describe in a folder to import from, or checks one file.</summary>
internal sealed class FolderContent
{
    /// <summary>All files below a folder, except in subfolders that may not be listed.</summary>
    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = 0 };

    private readonly string _path;
    private readonly CappedList<string> _others = new();
    private readonly Dictionary<string, string> _byHash = new(StringComparer.Ordinal);

    private FolderContent(string path) => _path = path;

    /// <summary>The path of each known file that was found, by its SHA-256.</summary>
    public IReadOnlyDictionary<string, string> ByHash => _byHash;

    /// <summary>Searches a folder with its subfolders, or checks one file. Reads only files that have the length of a known file.</summary>
    public static async Task<FolderContent> ReadAsync(string path, IReadOnlyList<ManifestFile> known, CancellationToken cancellationToken)
    {
        var content = new FolderContent(path);
        var lengths = known.Select(file => file.Bytes).ToHashSet();
        var names = known.Select(file => file.Name).ToHashSet(StringComparer.Ordinal);
        var hashes = known.Select(file => file.Sha256).ToHashSet(StringComparer.Ordinal);
        foreach (FileInfo file in File.Exists(path) ? Enumerable.Repeat(new FileInfo(path), 1) : Below(path))
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                await content.AddAsync(file, lengths, names, hashes, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                content._others.Add($"'{file.FullName}' (cannot be read: {exception.Message})");
            }
        }

        return content;
    }

    /// <summary>All files below a folder. Links to folders are not followed: one to a folder above would never end.</summary>
    private static FileSystemEnumerable<FileInfo> Below(string folder) =>
        new(folder, (ref FileSystemEntry entry) => (FileInfo)entry.ToFileSystemInfo(), Everything)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory,
            ShouldRecursePredicate = (ref FileSystemEntry entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        };

    private async Task AddAsync(
        FileInfo file, HashSet<long> lengths, HashSet<string> names, HashSet<string> hashes, CancellationToken cancellationToken)
    {
        string? hash = null;
        if (lengths.Contains(file.Length) && FileKind.IsRegular(file.FullName))
        {
            FileStream stream = file.OpenRead();
            await using (stream.ConfigureAwait(false))
                hash = await FileChecksum.Sha256OfAsync(stream, cancellationToken).ConfigureAwait(false);
        }

        if (hash is not null && hashes.Contains(hash))
        {
            _byHash[hash] = file.FullName;
        }
        else if (names.Contains(file.Name))
        {
            string found = GitLfsPointer.Is(file) ? "a Git LFS pointer: run `git lfs pull`" : Plural.Of(file.Length, "byte");
            _others.Add($"'{file.FullName}' ({found}{(hash is null ? string.Empty : $", SHA-256 {hash}")})");
        }
    }

    public ModelUnavailableException NothingFound() => new(
        ModelUnavailableFault.NotInFolder,
        string.Empty,
        $"'{_path}' {(File.Exists(_path) ? "is not a file" : "holds no file")} that the manifests describe."
            + (_others.Count == 0 ? string.Empty : $" These do not fit, or cannot be read: {Others()}.")
            + " If another manifest describes its files, add that manifest to ZooOptions.Manifests.");

    private string Others() => string.Join(", ", _others.Items)
        + (_others.Count > _others.Items.Count ? FormattableString.Invariant($" and {_others.Count - _others.Items.Count} more") : string.Empty);
}
