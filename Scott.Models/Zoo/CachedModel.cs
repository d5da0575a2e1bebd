namespace Scott.Models.Zoo;

/// <summary>The files of one revision of a model in the cache.</summary>
/// <param name="Id">The model.</param>
/// <param name="Revision">The revision.</param>
/// <param name="Folder">The folder.</param>
/// <param name="Files">The files in it, unfinished downloads included.</param>
public sealed record CachedModel(string Id, string Revision, string Folder, IReadOnlyList<CachedFile> Files)
{
    /// <summary>The size of all files.</summary>
    public long Bytes => Files.Sum(file => file.Bytes);
}

/// <summary>A file in the cache.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Path">Its path.</param>
/// <param name="Bytes">Its length on disk.</param>
/// <param name="IsPartial">Whether it is the beginning of a file whose download has not finished. Then the name is the finished file's.</param>
public sealed record CachedFile(string Name, string Path, long Bytes, bool IsPartial);
