namespace Scott.Models.Zoo;

/// <summary>A file in the cache.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Path">Where it is.</param>
/// <param name="Bytes">Its length on disk.</param>
/// <param name="IsPartial">Whether it is the beginning of a file whose download has not ended. Then the name is the finished file's.</param>
public sealed record CachedFile(string Name, string Path, long Bytes, bool IsPartial);
