namespace Scott.Models.Zoo;

/// <summary>The files of one revision of a model in the cache.</summary>
/// <param name="Id">The model.</param>
/// <param name="Revision">The revision.</param>
/// <param name="Folder">The path of the folder that holds the files.</param>
/// <param name="Files">The files in the folder, including unfinished downloads.</param>
public sealed record CachedModel(string Id, string Revision, string Folder, IReadOnlyList<CachedFile> Files)
{
    /// <summary>The size of all files, in bytes.</summary>
    public long Bytes => Files.Sum(file => file.Bytes);
}

/// <summary>A file in the cache.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Path">Its path.</param>
/// <param name="Bytes">Its length on disk, in bytes.</param>
/// <param name="IsPartial">Whether its download is unfinished. <paramref name="Name"/> is then the name of the finished file.</param>
public sealed record CachedFile(string Name, string Path, long Bytes, bool IsPartial);
