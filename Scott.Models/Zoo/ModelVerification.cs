namespace Scott.Models.Zoo;

/// <summary>The result of comparing a model's files with its manifest.</summary>
/// <param name="Model">The entry of the manifest.</param>
/// <param name="Files">The result for each file of the model.</param>
public sealed record ModelVerification(ManifestModel Model, IReadOnlyList<FileVerification> Files)
{
    /// <summary>Whether every file is there and sound.</summary>
    public bool IsSound => Files.All(file => file.Condition == FileCondition.Sound);
}

/// <summary>The result of comparing what the cache holds of a model with its manifest, or with what the hub said about it.</summary>
/// <param name="Model">What the cache holds.</param>
/// <param name="Files">The result for each file; <see langword="null"/> if no manifest and no record of the hub describes the model.</param>
public sealed record CacheVerification(CachedModel Model, IReadOnlyList<FileVerification>? Files);

/// <summary>The result of comparing a file with its manifest.</summary>
/// <param name="File">What the manifest says.</param>
/// <param name="Path">The path that was checked; <c>embedded NAME</c> for a file inside the package.</param>
/// <param name="Condition">What was found.</param>
/// <param name="ActualBytes">Its length in bytes; <see langword="null"/> if there is no file.</param>
/// <param name="ActualSha256">Its SHA-256; <see langword="null"/> if there is no file, or its length is wrong.</param>
public sealed record FileVerification(ManifestFile File, string Path, FileCondition Condition, long? ActualBytes, string? ActualSha256);

/// <summary>How a cached file compares with its manifest.</summary>
public enum FileCondition
{
    /// <summary>Length and SHA-256 are as in the manifest.</summary>
    Sound,
    /// <summary>There is no such file.</summary>
    Missing,
    /// <summary>The length is wrong.</summary>
    WrongLength,
    /// <summary>The length is right, the SHA-256 is another.</summary>
    WrongHash,
}
