namespace Scott.Models.Zoo;

/// <summary>The result of comparing a model's files with its manifest.</summary>
/// <param name="Model">The manifest's entry.</param>
/// <param name="Files">Each of its files.</param>
public sealed record ModelVerification(ManifestModel Model, IReadOnlyList<FileVerification> Files)
{
    /// <summary>Whether every file is there and sound.</summary>
    public bool IsSound => Files.All(file => file.Condition == FileCondition.Sound);
}

/// <summary>The result of comparing a file with its manifest.</summary>
/// <param name="File">What the manifest says.</param>
/// <param name="Path">Where the file was looked for; <c>embedded</c> for one inside the package.</param>
/// <param name="Condition">What was found.</param>
/// <param name="ActualBytes">Its length, or <see langword="null"/> if there is no file.</param>
/// <param name="ActualSha256">Its SHA-256 if it was computed: where the length is right.</param>
public sealed record FileVerification(ManifestFile File, string Path, FileCondition Condition, long? ActualBytes, string? ActualSha256);

/// <summary>How a cached file compares with its manifest.</summary>
public enum FileCondition
{
    /// <summary>Length and SHA-256 are the manifest's.</summary>
    Sound,
    /// <summary>There is no such file.</summary>
    Missing,
    /// <summary>The length is another.</summary>
    WrongLength,
    /// <summary>The length is right, the SHA-256 is another.</summary>
    WrongHash,
}
