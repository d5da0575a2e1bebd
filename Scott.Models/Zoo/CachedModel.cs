namespace Scott.Models.Zoo;

/// <summary>What the cache holds of one revision of a model.</summary>
/// <param name="Id">The model.</param>
/// <param name="Revision">The revision.</param>
/// <param name="Folder">The folder.</param>
/// <param name="Files">The files in it, unfinished downloads included.</param>
public sealed record CachedModel(string Id, string Revision, string Folder, IReadOnlyList<CachedFile> Files)
{
    /// <summary>The size of all files.</summary>
    public long Bytes => Files.Sum(file => file.Bytes);
}
